"""Creates the next occurrence of a completed recurring task, exactly once."""
