"""The directory, the ledger of places, matching, offers, stays and the waiting list. See README.md."""
