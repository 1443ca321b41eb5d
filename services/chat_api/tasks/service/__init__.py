"""The use cases of TaskService."""
