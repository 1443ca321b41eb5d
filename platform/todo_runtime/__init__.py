"""The shared runtime library of the services: everything that is the same in each of them, and no service by name."""
