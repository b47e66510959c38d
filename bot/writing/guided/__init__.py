"""A take written sentence by sentence, with checks: what a small model does not do by being asked.

The model writes in one stream for as long as each sentence passes (`check.py`). Where one does not, or where
the course (`course.py`) wants the next to begin with certain words, the stream is left and another goes on
from the prompt and the text so far (`pen.py`). All of it is TGI's `generate_stream` with a seed.
"""

from bot.writing.guided.pen import METHOD, MOST_REQUESTS, Penned, write

__all__ = ["METHOD", "MOST_REQUESTS", "Penned", "write"]
