"""The gRPC edge of audit."""
