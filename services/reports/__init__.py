"""Reports of citizens, partners and officers, and the code to follow them by. See README.md."""
