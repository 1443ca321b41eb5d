"""Who may do what: roles, the access cache, and AccessService for other services."""
