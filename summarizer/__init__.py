"""A finished or running call to a grounded summary."""
