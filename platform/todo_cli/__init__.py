"""The `todo` command: a person's tasks from a terminal, the local stack, and the contract pipeline."""
