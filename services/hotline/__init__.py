"""Calls on every line, and what the operator sees of what became of them. See README.md."""
