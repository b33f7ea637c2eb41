"""Plumbing of the services: transactions, messaging, HTTP and observability. See README.md."""
