"""Promise 3."""
