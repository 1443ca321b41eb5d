"""TaskService at the gRPC edge."""
