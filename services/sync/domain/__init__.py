"""The rules of delivery: what a cursor says, which event comes next, and what is retained for clients that resume."""
