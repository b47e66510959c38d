"""A manuscript as Markdown: every word passes `escape`; headings and lists are the document's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.story.document.assembling import manuscript_of
from bot.story.document.escape import block, line, quote
from bot.story.document.manuscript import Block, Items
from bot.story.events import Event
from bot.story.saying import Say


def as_markdown(events: Sequence[Event], *, say: Say) -> str:
    """A room as one Markdown text.

    Raises:
        BrokenLog: the events are not those of a room.

    """
    manuscript = manuscript_of(events, say=say)
    parts = [
        f"# {line(manuscript.title)}",
        *(f"*{line(notice)}*" for notice in manuscript.notices),
        "\n".join(f"- {line(one)}" for one in manuscript.about),
    ]
    for section in manuscript.sections:
        parts.append(f"{'#' * section.depth} {line(section.heading)}")
        parts += (text for one in section.blocks for text in _block(one))
    return "\n\n".join(parts) + "\n"


def _block(one: Block) -> Iterator[str]:
    if isinstance(one, Items):
        yield "\n".join(f"{'  ' * depth}- {line(item)}" for depth, item in one.items)
    elif one.quoted:
        yield quote(one.text)
    else:
        yield block(one.text)
