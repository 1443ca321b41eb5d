"""Tasks in files: what each format says of a task, read and written. Pure: bytes to `FileTask`s and back."""
