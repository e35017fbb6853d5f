"""Sockets, REST, pages and sign-in: the only place that knows FastAPI."""
