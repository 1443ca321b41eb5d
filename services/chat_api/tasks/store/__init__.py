"""SQL for tasks and what belongs to them."""
