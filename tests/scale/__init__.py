"""TaskService on a million tasks, beside the bare SQL: `make scale`."""
