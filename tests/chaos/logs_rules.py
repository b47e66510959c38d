"""Rules about the rooms' logs: what was acknowledged is there, once, and adds up to the room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bot.local_discord.snowflake import made_at
from bot.story import replay
from bot.story.events import EVENTS
from bot.story.evolve import BrokenLog
from bot.story.room import Room
from tests.chaos.answers import says_no
from tests.chaos.evidence import Asked, Evidence, KeptRoom
from tests.chaos.marks import pieces_in
from tests.chaos.offers import is_lasting

# A first answer that only asks for time comes at half of Discord's three seconds; a real one comes before.
_ASKED_FOR_TIME_SECONDS = 1.4
_WORDS_OF = {"PremiseAdded": "text", "NoteWritten": "text"}


def told_is_kept(evidence: Evidence) -> Iterator[str]:
    """Every append that a process logged as done lies in the log at that revision."""
    logs = {room.id: {one.revision: one for one in room.log} for room in evidence.rooms}
    for told in evidence.told:
        first = told.revision - len(told.events) + 1
        for revision, kind in enumerate(told.events, first):
            one = logs.get(told.room, {}).get(revision)
            if one is None or one.operation != told.operation or one.event["type"] != kind:
                yield f"{told.process} was told {kind} at {told.room}/{revision}; there is {one}"


def answered_is_kept(evidence: Evidence) -> Iterator[str]:
    """Every act that was answered, not refused, and lasts, is in a log."""
    kept = {one.operation for room in evidence.rooms for one in room.log}
    for one in evidence.asked:
        if is_lasting(one.what) and is_acknowledged(one) and one.id not in kept:
            yield f"{one.what} {one.id} by {one.who} in {one.channel} was answered with {one.texts}: not kept"


def is_acknowledged(one: Asked) -> bool:
    """Whether the person was shown that it was done.

    A deferred answer says so once the text is there. Where none comes, as for a button whose effect shows
    elsewhere, "thinking…" is gone, or the deferral came sooner than one that only asks for time.
    """
    if one.answered_at is None or one.thinking or any(says_no(text) for text in one.texts):
        return False
    if one.deferred_at is not None and not one.texts:
        return one.deferred_at - one.at < _ASKED_FOR_TIME_SECONDS
    return True


def once(evidence: Evidence) -> Iterator[str]:
    """An operation's events stand together, and nothing that is said once is there twice."""
    said: Counter[str] = Counter()
    for room in evidence.rooms:
        blocks = Counter[str]()
        before = None
        for one in room.log:
            blocks[one.operation] += one.operation != before
            before = one.operation
            if field := _WORDS_OF.get(one.event["type"]):
                said.update(set(pieces_in(one.event[field])) if not _is_imported(room) else ())
        yield from (
            f"{operation} is {times} times in {room.id}" for operation, times in blocks.items() if times > 1
        )
        takes = Counter(
            (one.event["round"], one.event["take"]) for one in room.log if one.event["type"] == "TakeWritten"
        )
        yield from (f"take {take} is written {n} times in {room.id}" for take, n in takes.items() if n > 1)
    yield from (f"the words {piece} are {times} times in logs" for piece, times in said.items() if times > 1)


def somebody_did_it(evidence: Evidence) -> Iterator[str]:
    """Every operation is an interaction that somebody sent, or one of the bot's own."""
    sent = {one.id for one in evidence.asked}
    gaps = [(each.start - 1.5, each.end) for each in evidence.windows if each.target == "discord"]
    for room in evidence.rooms:
        for operation in {one.operation for one in room.log}:
            name = operation.partition(":")[0]
            if name == room.id or name in sent or not name.isdecimal():
                continue
            if any(start <= made_at(name) <= end for start, end in gaps):
                continue  # Discord died before it could tell the person the interaction's id
            yield f"nobody sent {operation}, which is in {room.id}"


def replays(evidence: Evidence) -> Iterator[str]:
    """Revisions are 1, 2, 3 …, and the fold of the events is the snapshot."""
    for room in evidence.rooms:
        if [one.revision for one in room.log] != list(range(1, len(room.log) + 1)):
            yield f"{room.id} has revisions {[one.revision for one in room.log][:20]}"
        elif (found := replayed(room)) is None or found.model_dump(mode="json") != room.snapshot:
            yield f"the snapshot of {room.id} at {room.revision} is not what its {len(room.log)} events give"


def rounds_ended(evidence: Evidence) -> Iterator[str]:
    """No round is open at the end; each was written whole, or says why not."""
    if not evidence.rested:
        yield "it did not all come to rest in time"
    for kept in evidence.rooms:
        room = replayed(kept)
        for one in room.open_rounds if room else ():
            yield f"round {one.number} of {kept.id} is open still"


def replayed(room: KeptRoom) -> Room | None:
    """The room that a log adds up to."""
    try:
        return replay([EVENTS.validate_python(one.event) for one in room.log])
    except BrokenLog:
        return None


def _is_imported(room: KeptRoom) -> bool:
    return any(one.event["type"] == "RoomOpened" and one.event.get("imports") for one in room.log)
