"""Reports: what is said, how it looks, and whether its numbers agree."""
