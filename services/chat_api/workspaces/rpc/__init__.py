"""WorkspaceService at the gRPC edge."""
