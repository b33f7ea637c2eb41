"""Reports and calls played on a stack of its own, and the five promises computed from what it left behind."""
