"""SQL of chat_api, and only SQL: rows to values and back."""
