"""Workspaces, members and invitations."""
