"""What can keep the stack from running: one error type whose text is for the person at the terminal."""


class StackError(Exception):
    """One sentence that names what is wrong, and then what to do about it."""
