"""The rules of delivery: what a cursor says, what follows what, what is kept for those who come back."""
