"""What was set aside is listed, shown, replayed and deleted: `make dead-letters`."""
