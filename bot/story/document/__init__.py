"""A room taken away: as Markdown for people, as JSON for programs. Both are readings of the room's events."""

from bot.story.document.markdown import as_markdown
from bot.story.document.portable import Export, as_json
from bot.story.document.saying import Say

__all__ = ["Export", "Say", "as_json", "as_markdown"]
