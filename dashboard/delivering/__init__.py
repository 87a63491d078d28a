"""Delivering files: into a folder and by mail; each says in both languages why it could not."""
