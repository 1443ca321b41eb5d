"""A service process: its parts, their start and their end, and where it keeps secrets and small values."""

from todo_runtime.service.backing import Backing
from todo_runtime.service.lifecycle import run_service
from todo_runtime.service.service import Service

__all__ = ["Backing", "Service", "run_service"]
