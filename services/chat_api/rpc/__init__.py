"""The gRPC edge of chat_api: requests to commands, values to answers."""
