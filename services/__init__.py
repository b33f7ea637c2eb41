"""The four services. They talk over Kafka topics only, and none imports another."""
