"""How a change of tasks is written: one unit of work."""
