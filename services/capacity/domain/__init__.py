"""The rules of allocation: plain Python that takes the time and ids from outside."""
