"""A room as Markdown: the story first, then what it came from, then who did what.

Every word of a person or a model passes `escape`; headings, lists and labels are the document's own. What its
author withdrew before any round had used it is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.story.brief import Premise
from bot.story.credit import credits_of, line_of, standing_draft, used_premises
from bot.story.document.escape import block, line, quote
from bot.story.document.saying import Say, disclosure, licences, listed, moment, named
from bot.story.document.sharing import credit_lines
from bot.story.document.writing import round_parts
from bot.story.events import Event, PremiseAdded, PremiseEdited, RoundAsked
from bot.story.evolve import replayed
from bot.story.room import Draft, Room


def as_markdown(events: Sequence[Event], *, say: Say) -> str:
    """A room as one Markdown text.

    Raises:
        BrokenLog: the events are not those of a room.

    """
    room = replayed(events)
    parts = [
        f"# {line(room.brief.title)}",
        f"*{line(disclosure(room, say))}*",
        *(f"*{line(one)}*" for one in licences(room, say)),
        "\n".join(_brief(room, say)),
        *_story(room, say),
        *_premises(room, _wordings(events), say),
        *_drafts(room, say),
        *_notes(room, say),
        *_rounds(room, say),
        f"## {say('document.credits')}",
        *credit_lines(room, credits_of(room), say),
    ]
    return "\n\n".join(parts) + "\n"


def _brief(room: Room, say: Say) -> Iterator[str]:
    brief = room.brief
    yield f"- {say('document.brief.form', form=say(f'form.{brief.form}'))}"
    yield f"- {say('document.brief.length', length=say('length.words', words=brief.words))}"
    yield f"- {say('document.brief.language', language=say(f'language.{brief.language}'))}"
    if brief.tone:
        yield f"- {say('document.brief.tone', tone=line(brief.tone))}"
    if brief.rating:
        yield f"- {say('document.brief.rating', rating=say(f'rating.{brief.rating}'))}"
    yield f"- {say('document.brief.state', state=say(f'document.state.{room.status}'))}"
    opener = named(room, room.opened_by)
    yield f"- {say('document.brief.opened', name=opener, date=moment(room.opened_at))}"
    yield f"- {say('document.brief.changed', date=moment(room.changed_at), revision=room.revision)}"


def _story(room: Room, say: Say) -> Iterator[str]:
    draft = standing_draft(room)
    if draft is None:
        yield f"## {say('document.story.none')}"
        return
    key = "document.story.canon" if room.canon == draft.number else "document.story.current"
    yield f"## {say(key, draft=draft.number)}"
    yield block(room.take_of(draft).text)


def _premises(room: Room, wordings: dict[int, dict[str, list[int]]], say: Say) -> Iterator[str]:
    yield f"## {say('document.premises')}"
    used = used_premises(room)
    shown = [one for one in room.premises if not one.withdrawn or one.id in used]
    if not shown:
        yield say("document.nothing")
    for one in shown:
        kind = say(f"kind.{one.kind}")
        yield f"### {say('document.premise', premise=one.id, kind=kind)}"
        yield _provenance(room, one, say)
        yield quote(one.text)
        for text, rounds in wordings.get(one.id, {}).items():
            if text != one.text:
                yield say("document.premise.earlier", rounds=listed(say, rounds))
                yield quote(text)


def _provenance(room: Room, one: Premise, say: Say) -> str:
    said = [say("document.premise.by", name=named(room, one.author))]
    if one.added_by != one.author:
        said.append(say("document.premise.picked_up", name=named(room, one.added_by)))
    if one.withdrawn:
        said.append(say("document.premise.withdrawn"))
    return say("document.space").join(said)


def _wordings(events: Sequence[Event]) -> dict[int, dict[str, list[int]]]:
    """Per premise, every wording that a round was written from, with the rounds."""
    texts: dict[int, str] = {}
    used: dict[int, dict[str, list[int]]] = {}
    for event in events:
        match event:
            case PremiseAdded() | PremiseEdited():
                texts[event.premise] = event.text
            case RoundAsked():
                for premise in event.premises:
                    used.setdefault(premise, {}).setdefault(texts[premise], []).append(event.round)
            case _:
                pass
    return used


def _drafts(room: Room, say: Say) -> Iterator[str]:
    yield f"## {say('document.drafts')}"
    if not room.drafts:
        yield say("document.nothing")
        return
    children: dict[int | None, list[Draft]] = {}
    for draft in reversed(room.drafts):
        children.setdefault(draft.parent, []).append(draft)
    lines, waiting = [], list(children[None])
    while waiting:  # depth first, the older branch first
        draft = waiting.pop()
        lines.append("  " * (len(line_of(room, draft)) - 1) + "- " + _draft(room, draft, say))
        waiting += children.get(draft.number, [])
    yield "\n".join(lines)


def _draft(room: Room, draft: Draft, say: Say) -> str:
    said = say(
        "document.draft",
        draft=draft.number,
        round=draft.round,
        letter=room.take_of(draft).letter,
        name=named(room, draft.adopted_by),
    )
    if draft.number == room.canon:
        return said + say("document.space") + say("document.draft.canon")
    if draft.number == room.current:
        return said + say("document.space") + say("document.draft.current")
    return said


def _notes(room: Room, say: Say) -> Iterator[str]:
    yield f"## {say('document.notes')}"
    if not room.notes:
        yield say("document.nothing")
    for note in room.notes:
        name = named(room, note.author)
        yield f"### {say('document.note', note=note.number, draft=note.draft, name=name)}"
        yield quote(note.text)


def _rounds(room: Room, say: Say) -> Iterator[str]:
    yield f"## {say('document.rounds')}"
    if not room.rounds:
        yield say("document.nothing")
    for one in room.rounds:
        yield from round_parts(room, one, say)
