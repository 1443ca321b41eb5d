"""The embedded local stack: PostgreSQL, Kafka, the schema registry and the services, from one clone.

Owns downloading, verifying, starting, provisioning, supervising and stopping them. `todo_stack.commands`
is the command line over it, `todo_stack.stack.Stack` the programmatic door.
"""
