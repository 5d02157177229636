"""Adapters to the outside world. They know the domain and nothing of the database or the services."""
