"""Import and export of tasks."""
