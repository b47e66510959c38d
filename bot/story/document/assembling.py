"""From a room's events to its manuscript: the story first, then what it came from, then who did what.

What its author withdrew before any round had used it is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.story.brief import Kind
from bot.story.credit import DraftSheet, credit_of, credits_of, standing_draft, wordings_of
from bot.story.credit.saying import disclosure_of
from bot.story.document.binding import disclosure, licences
from bot.story.document.manuscript import Manuscript, Part, Section, Words
from bot.story.document.materials import material_sections
from bot.story.document.sharing import credit_sections
from bot.story.document.writing import round_sections
from bot.story.events import Event
from bot.story.evolve import replayed
from bot.story.levels import Level
from bot.story.room import Draft, Room
from bot.story.saying import Say, day, listed, moment, named
from bot.story.sentences import sentences


def manuscript_of(events: Sequence[Event], *, say: Say) -> Manuscript:
    """A room's manuscript, in the language of `say`.

    Raises:
        BrokenLog: the events are not those of a room.

    """
    room = replayed(events)
    credit = credits_of(room)
    standing = standing_draft(room)
    sheet = credit_of(room, standing, wordings_of(events)) if standing else None
    authors = tuple(named(room, one.person.id) for one in credit.people)
    return Manuscript(
        language=room.brief.language.value,
        title=room.brief.title,
        form=say(f"form.{room.brief.form}"),
        byline=say("document.byline", names=listed(say, authors)),
        authors=authors,
        logline=logline_of(room),
        date=day(room.changed_at),
        notices=tuple(_notices(room, sheet, say)),
        about=tuple(_about(room, say)),
        sections=(
            *_story(room, say),
            *material_sections(room, events, say),
            *round_sections(room, say),
            *credit_sections(room, credit, sheet, say),
        ),
    )


def _notices(room: Room, sheet: DraftSheet | None, say: Say) -> Iterator[str]:
    yield disclosure(room, say)
    if sheet:
        yield from disclosure_of(room, sheet, say)
    yield from licences(room, say)


def logline_of(room: Room) -> str:
    """The story in a sentence: the room's logline, or the first sentence of what stands."""
    if draft := room.draft_at(Level.LOGLINE):
        return room.text_of(draft)
    brought = (one.text for one in room.premises_in_force if one.kind is Kind.LOGLINE)
    if text := next(brought, ""):
        return text
    standing = standing_draft(room)
    return next((one.said for one in sentences(room.text_of(standing))), "") if standing else ""


def _about(room: Room, say: Say) -> Iterator[str]:
    brief = room.brief
    yield say("document.brief.form", form=say(f"form.{brief.form}"))
    yield say("document.brief.length", length=say("length.words", words=brief.words))
    yield say("document.brief.language", language=say(f"language.{brief.language}"))
    if brief.tone:
        yield say("document.brief.tone", tone=brief.tone)
    if brief.rating:
        yield say("document.brief.rating", rating=say(f"rating.{brief.rating}"))
    yield say("document.brief.state", state=say(f"document.state.{room.status}"))
    yield say("document.brief.opened", name=named(room, room.opened_by), date=moment(room.opened_at))
    for one in room.imports:
        yield say("document.brief.imported", name=named(room, one.by.id), date=moment(one.at))
    yield say("document.brief.changed", date=moment(room.changed_at), revision=room.revision)


def _story(room: Room, say: Say) -> Iterator[Section]:
    standing = standing_draft(room)
    if standing is None:
        yield Section(say("document.story.none"), part=Part.STORY)
        return
    for level in Level:
        draft = standing if standing.level is level else room.draft_at(level)
        if draft is not None:
            yield Section(_told(room, draft, say), (Words(room.text_of(draft)),), part=Part.STORY)


def _told(room: Room, draft: Draft, say: Say) -> str:
    if room.canon == draft.number:
        key = "document.story.canon"
    elif room.current == draft.number:
        key = "document.story.current"
    else:
        key = "document.story.standing"
    return say(key, level=say(f"level.{draft.level}"), draft=draft.number)
