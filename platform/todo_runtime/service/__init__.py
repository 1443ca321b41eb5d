"""The life of a service process: start, serve, stop in order; and where it finds its secrets and small values."""

from todo_runtime.service.backing import Backing, backing
from todo_runtime.service.lifecycle import Service, run_service

__all__ = ["Backing", "Service", "backing", "run_service"]
