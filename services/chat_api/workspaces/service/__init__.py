"""The use cases of WorkspaceService."""
