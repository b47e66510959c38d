"""The part of a manuscript about what the story came from: premises, the tree of drafts, notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.story.ballots.saying import why_lost
from bot.story.brief import Premise
from bot.story.credit import line_of, used_premises
from bot.story.document.manuscript import Block, Items, Section, Words, listed_flat, quoted
from bot.story.events import Event, PremiseAdded, PremiseEdited, RoundAsked
from bot.story.room import Draft, Room
from bot.story.rounds import LETTERS
from bot.story.saying import Say, listed, named
from bot.story.text import clean_line

_DETAILS = {
    "want": "document.detail.want",
    "need": "document.detail.need",
    "flaw": "document.detail.flaw",
}


def material_sections(room: Room, events: Sequence[Event], say: Say) -> Iterator[Section]:
    """Premises, drafts and notes."""
    yield from _premises(room, _wordings(events), say)
    yield _drafts(room, say)
    yield from _notes(room, say)


def _premises(room: Room, wordings: dict[int, dict[str, list[int]]], say: Say) -> Iterator[Section]:
    used = used_premises(room)
    shown = [one for one in room.premises if not one.withdrawn or one.id in used]
    yield Section(say("document.premises"), () if shown else (Words(say("document.nothing")),))
    for one in shown:
        kind = say(f"kind.{one.kind}")
        if name := clean_line(one.name):
            heading = say("document.premise.named", premise=one.id, kind=kind, name=name)
        else:
            heading = say("document.premise", premise=one.id, kind=kind)
        blocks: list[Block] = [Words(_provenance(room, one, say)), quoted(one.text)]
        if details := tuple(_details(one, say)):
            blocks.append(listed_flat(details))
        for text, rounds in wordings.get(one.id, {}).items():
            if text != one.text:
                blocks += [Words(say("document.premise.earlier", rounds=listed(say, rounds))), quoted(text)]
        yield Section(heading, tuple(blocks), depth=3)


def _details(one: Premise, say: Say) -> Iterator[str]:
    if one.aliases:
        yield say("document.detail.aliases", text=listed(say, map(clean_line, one.aliases)))
    for name, text in one.details.told() if one.details else ():
        yield say(_DETAILS[name], text=clean_line(text))


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


def _drafts(room: Room, say: Say) -> Section:
    if not room.drafts:
        return Section(say("document.drafts"), (Words(say("document.nothing")),))
    children: dict[int | None, list[Draft]] = {}
    for draft in reversed(room.drafts):
        children.setdefault(draft.parent, []).append(draft)
    items, waiting = [], list(children[None])
    while waiting:  # depth first, the older branch first
        draft = waiting.pop()
        items.append((len(line_of(room, draft)) - 1, _draft(room, draft, say)))
        waiting += children.get(draft.number, [])
    blocks: list[Block] = [Items(tuple(items))]
    for draft in room.drafts:
        if draft.text is not None:
            blocks += [Words(say("document.draft.text", draft=draft.number)), quoted(draft.text)]
    return Section(say("document.drafts"), tuple(blocks))


def _draft(room: Room, draft: Draft, say: Say) -> str:
    name = named(room, draft.adopted_by)
    if draft.round is None or draft.take is None:
        said = say("document.draft.by_hand", draft=draft.number, name=name)
    else:
        letter = LETTERS[draft.take]
        said = say("document.draft", draft=draft.number, round=draft.round, letter=letter, name=name)
    if reason := why_lost(draft, say):
        said += say("document.space") + reason
    if draft.number == room.canon:
        return said + say("document.space") + say("document.draft.canon")
    if draft.number == room.current:
        return said + say("document.space") + say("document.draft.current")
    return said


def _notes(room: Room, say: Say) -> Iterator[Section]:
    yield Section(say("document.notes"), () if room.notes else (Words(say("document.nothing")),))
    for note in room.notes:
        name = named(room, note.author)
        heading = say("document.note", note=note.number, draft=note.draft, name=name)
        yield Section(heading, (quoted(note.text),), depth=3)
