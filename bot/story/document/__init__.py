"""A room taken away as text: Markdown and Fountain for people, JSON for programs.

All are readings of the room's events. Forms that need libraries or fonts stand in `bot.documents`.
"""

from bot.story.document.assembling import manuscript_of
from bot.story.document.fountain import as_fountain
from bot.story.document.manuscript import Manuscript
from bot.story.document.markdown import as_markdown
from bot.story.document.portable import Export, as_json
from bot.story.saying import Say

__all__ = ["Export", "Manuscript", "Say", "as_fountain", "as_json", "as_markdown", "manuscript_of"]
