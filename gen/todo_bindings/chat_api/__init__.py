"""What chat_api serves, calls, produces and consumes. Generated from its manifest and the catalogue."""
