"""What sync does: keeps channels of changes, and lets sessions follow them."""
