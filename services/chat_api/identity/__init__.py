"""People: accounts, passwords, sessions and tokens."""
