"""The part of the Markdown about credit: people, models, and what stands behind the canon."""

from __future__ import annotations

from collections.abc import Iterator

from bot.story.credit import Credits, DraftCredit, PersonCredit
from bot.story.document.escape import code
from bot.story.document.saying import Say, listed, named, takes_listed
from bot.story.room import Room


def credit_lines(room: Room, credit: Credits, say: Say) -> Iterator[str]:
    """Everybody's credit, the models' and the standing draft's."""
    yield f"### {say('document.credit.people')}"
    yield "\n".join(f"- {_person(room, one, say)}" for one in credit.people)
    yield f"### {say('document.credit.models')}"
    if not credit.models:
        yield say("document.nothing")
    else:
        yield "\n".join(
            "- "
            + say(
                "document.credit.model",
                model=code(one.model if one.revision is None else f"{one.model}@{one.revision}"),
                takes=takes_listed(say, one.takes),
            )
            for one in credit.models
        )
    if credit.draft:
        key = "document.credit.canon" if credit.draft.canon else "document.credit.current"
        yield f"### {say(key, draft=credit.draft.draft)}"
        yield "\n".join(f"- {said}" for said in _behind(room, credit.draft, say))


def _person(room: Room, one: PersonCredit, say: Say) -> str:
    shares = (
        ("document.credit.premises", one.premises),
        ("document.credit.withdrawn", one.withdrawn),
        ("document.credit.picked_up", one.picked_up),
        ("document.credit.notes", one.notes),
        ("document.credit.rounds", one.rounds),
        ("document.credit.drafts", one.drafts),
    )
    did = [say("document.credit.opened")] if one.opened else []
    did += [say(key, numbers=listed(say, numbers)) for key, numbers in shares if numbers]
    name = named(room, one.person.id)
    return say("document.credit.person", name=name, did=say("document.semicolon").join(did))


def _behind(room: Room, one: DraftCredit, say: Say) -> Iterator[str]:
    yield say("document.credit.line", drafts=listed(say, one.line))
    authors = listed(say, (named(room, author) for author in one.authors))
    yield say("document.credit.used", premises=listed(say, one.premises), authors=authors)
    if one.notes:
        yield say("document.credit.used_notes", notes=listed(say, one.notes))
    chose = listed(say, (named(room, member) for member in one.adopted_by))
    yield say("document.credit.chose", names=chose)
    yield say("document.credit.takes", takes=takes_listed(say, one.takes))
