"""Who may do what: roles, the access cache, and AccessService, which other services ask."""
