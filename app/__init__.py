"""Composition root: settings, container, ASGI application, worker and command line."""
