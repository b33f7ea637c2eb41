"""SQL behind small functions that take the transaction. Rows are locked in the order services, placements, offers,
stays."""
