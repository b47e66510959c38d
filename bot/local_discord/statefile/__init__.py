"""A file that keeps the world over restarts: rows of a SQLite database, written as the world changes."""
