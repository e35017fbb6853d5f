"""Contact-center copilot: a real-time assistant that a centre runs on its own machines."""

__version__ = "0.1.0"
