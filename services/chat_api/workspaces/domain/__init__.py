"""Rules of workspaces: what an invitation is, who may share what."""
