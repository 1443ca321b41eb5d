"""The steps of verify-system.py: one message through all services, and what must not happen."""
