"""The five promises, each computed from the evidence alone."""
