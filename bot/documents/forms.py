"""The forms that a room can be taken away in, by name, each as the bytes of its file.

The libraries of DOCX are imported when the first DOCX is made: a bot that makes none need not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bot.documents.card import cover_card
from bot.documents.epub import as_epub
from bot.documents.fdx import as_fdx
from bot.documents.pdf import as_pdf
from bot.story.document import as_fountain, as_json, as_markdown, manuscript_of
from bot.story.events import Event
from bot.story.saying import Say

FORMS: Final = {
    "markdown": "md",
    "fountain": "fountain",
    "fdx": "fdx",
    "docx": "docx",
    "pdf": "pdf",
    "epub": "epub",
    "json": "json",
}
"""The forms, each with the ending of its file's name."""


def document(form: str, events: Sequence[Event], *, say: Say) -> bytes:
    """A room in one of the forms, in the language of `say`.

    Raises:
        BrokenLog: the events are not those of a room.

    """
    return _MAKERS[form](events, say)


def _docx(events: Sequence[Event], say: Say) -> bytes:
    from bot.documents.docx import as_docx  # noqa: PLC0415 - said above

    manuscript = manuscript_of(events, say=say)
    return as_docx(manuscript, cover_card(manuscript))


def _pdf(events: Sequence[Event], say: Say) -> bytes:
    manuscript = manuscript_of(events, say=say)
    return as_pdf(manuscript, cover_card(manuscript))


def _epub(events: Sequence[Event], say: Say) -> bytes:
    manuscript = manuscript_of(events, say=say)
    return as_epub(
        manuscript,
        cover_card(manuscript),
        story=say("document.part.story"),
        room=say("document.part.room"),
        contents=say("document.part.contents"),
    )


_MAKERS: Final[dict[str, Callable[[Sequence[Event], Say], bytes]]] = {
    "markdown": lambda events, say: as_markdown(events, say=say).encode(),
    "fountain": lambda events, say: as_fountain(manuscript_of(events, say=say)).encode(),
    "fdx": lambda events, say: as_fdx(manuscript_of(events, say=say)),
    "docx": _docx,
    "pdf": _pdf,
    "epub": _epub,
    "json": lambda events, say: as_json(events, say=say).encode(),
}
