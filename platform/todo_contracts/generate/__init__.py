"""Writes gen/ from the contracts, the same bytes for the same input, all or nothing."""
