"""What the person at the keyboard is told."""


class StackError(Exception):
    """The stack cannot go on; the message is one sentence that says what to do."""
