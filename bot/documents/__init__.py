"""A room's documents in the forms that need libraries or fonts: DOCX, PDF, EPUB and pictures.

Everything is bytes in memory, made without I/O beyond reading this package's own fonts. It takes up to a
second or so of computing: whoever answers people runs it in a thread.
"""
