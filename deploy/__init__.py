"""How Punte is run: the embedded stack, containers, topics and the checks of the repository itself."""
