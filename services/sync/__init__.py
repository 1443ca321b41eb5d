"""sync: pushes every change to the connected clients, gap-free."""
