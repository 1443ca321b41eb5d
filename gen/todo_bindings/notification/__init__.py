"""What notification serves, calls, produces and consumes. Generated from its manifest and the catalogue."""
