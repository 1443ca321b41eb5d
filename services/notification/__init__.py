"""Records what falls due, delivers it to a person's channels and reports on it."""
