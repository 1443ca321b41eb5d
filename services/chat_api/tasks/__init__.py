"""Tasks, task lists, tags, saved filters, reminders and undo."""
