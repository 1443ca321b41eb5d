"""Logs, metrics and traces: what an operator sees of a running service, without user texts, tokens or secrets."""
