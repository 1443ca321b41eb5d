"""The WebSocket edge: GET /v1/sync with the subprotocol todo.v1.json."""
