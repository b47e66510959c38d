"""The part of a manuscript about credit: people, models, and what stands behind the canon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.story.credit import Credits, DraftCredit, DraftSheet, PersonCredit, TakeRef
from bot.story.credit.saying import sheet_lines
from bot.story.document.manuscript import Section, Words, listed_flat
from bot.story.room import Room
from bot.story.rounds import LETTERS
from bot.story.saying import Say, listed, named
from bot.story.text import clean_line


def credit_sections(room: Room, credit: Credits, sheet: DraftSheet | None, say: Say) -> Iterator[Section]:
    """Everybody's credit, the models' and the standing draft's; `sheet` is that draft's, word by word."""
    yield Section(say("document.credits"))
    people = tuple(_person(room, one, say) for one in credit.people)
    yield Section(say("document.credit.people"), (listed_flat(people),), depth=3)
    models = tuple(
        say(
            "document.credit.model",
            model=clean_line(one.model if one.revision is None else f"{one.model}@{one.revision}"),
            takes=_takes(one.takes, say),
        )
        for one in credit.models
    )
    said = listed_flat(models) if models else Words(say("document.nothing"))
    yield Section(say("document.credit.models"), (said,), depth=3)
    if credit.draft:
        key = "document.credit.canon" if credit.draft.canon else "document.credit.current"
        behind = listed_flat(tuple(_behind(room, credit.draft, say)))
        yield Section(say(key, draft=credit.draft.draft), (behind,), depth=3)
    if sheet:
        lines = listed_flat(tuple(sheet_lines(room, sheet, say)))
        heading = say("document.credit.words", draft=sheet.draft)
        yield Section(heading, (Words(say("credits.explained")), lines), depth=3)


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
    yield say("document.credit.takes", takes=_takes(one.takes, say))


def _takes(takes: Iterable[TakeRef], say: Say) -> str:
    """Takes by round and letter."""
    return listed(say, (say("document.take.of", round=one.round, letter=LETTERS[one.take]) for one in takes))
