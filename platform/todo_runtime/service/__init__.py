"""The life of a service process: start, serve, stop in order."""

from todo_runtime.service.lifecycle import Service, run_service

__all__ = ["Service", "run_service"]
