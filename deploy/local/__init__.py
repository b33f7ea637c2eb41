"""The embedded stack: real PostgreSQL and Kafka from package registries, and the four services beside them."""
