"""SQL for workspaces and invitations."""
