"""What several features of chat_api need, and no more."""
