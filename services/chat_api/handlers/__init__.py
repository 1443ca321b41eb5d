"""The use cases of chat_api: one function, one transaction."""
