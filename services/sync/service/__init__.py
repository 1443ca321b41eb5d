"""The use cases of sync: keeps streams of changes, and lets the sessions of clients follow them."""
