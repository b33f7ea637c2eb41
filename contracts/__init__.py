"""What the services say to each other. See README.md for the rules of changing it."""
