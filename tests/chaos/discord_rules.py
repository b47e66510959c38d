"""Rules about what people see on Discord: every round as it ended, nothing twice, nothing of another room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bot.chat.render.round import round_message
from bot.story.room import Room
from bot.story.rounds import Round, RoundStatus
from tests.chaos import excuses
from tests.chaos.evidence import Asked, Evidence, KeptRoom, Posted
from tests.chaos.forms import action_of
from tests.chaos.logs_rules import replayed
from tests.chaos.marks import marks_in

_ROOM_PART = 2
_SAME = 60  # characters of a take that must be on screen


def rounds_shown(evidence: Evidence) -> Iterator[str]:
    """The message of each round has its takes, or says that it was given up."""
    shown = {each.id: each for each in evidence.posted}
    for kept in evidence.rooms:
        room = replayed(kept)
        for one in room.rounds if room else ():
            if room is None or one.private or _is_imported(room, one) or one.status is RoundStatus.OPEN:
                continue
            if one.message is None:
                yield f"round {one.number} of {kept.id} ({one.status}) has no message"
            elif (message := shown.get(one.message)) is None:
                if not excuses.lost_by_discord(one.message, evidence):
                    yield f"the message {one.message} of round {one.number} of {kept.id} is gone"
            elif (missing := _missing(room, one, message)) and not excuses.edit_lost_by_discord(
                _ended_at(kept, one), evidence
            ):
                yield f"round {one.number} of {kept.id} does not show {missing!r} in {message.text[:200]!r}"


def _ended_at(kept: KeptRoom, one: Round) -> float:
    """When the last event of a round was, that its message shows; seconds since 1970."""
    ends = ("TakeWritten", "RoundFailed")
    of_it = (each.event for each in kept.log if each.event["type"] in ends)
    return max((float(event["at"]) / 1000 for event in of_it if event["round"] == one.number), default=0.0)


def _missing(room: Room, one: Round, message: Posted) -> str:
    drawn = round_message(room, one.number)
    for embed in drawn.embeds:
        words_of_it = (embed.description or "")[:_SAME]
        if words_of_it not in message.text:
            return words_of_it
    status = drawn.text.splitlines()[1]  # below the title
    return status if one.status is RoundStatus.FAILED and status not in message.text else ""


def _is_imported(room: Room, one: Round) -> bool:
    """Rounds of a room that came from an export are shown where they were written."""
    return bool(room.imports) and one.message is None


def posted_once(evidence: Evidence) -> Iterator[str]:
    """One message for a nonce, one answer for an interaction, one message for a round."""
    by_nonce: dict[tuple[str, str], list[str]] = defaultdict(list)
    by_answer: dict[str, list[str]] = defaultdict(list)
    for each in evidence.posted:
        if each.nonce:
            by_nonce[each.channel, each.nonce].append(each.id)
        if each.nonce or each.answers:
            by_answer[each.answers or each.nonce].append(each.id)
    for (channel, nonce), ids in by_nonce.items():
        if len(ids) > 1:
            yield f"{nonce} is posted {len(ids)} times in {channel}: {ids}"
        if (again := by_nonce.get((channel, f"{nonce}+"))) is not None:
            yield f"{nonce} is posted afresh in {channel} while it is there: {ids} {again}"
    for interaction, ids in by_answer.items():
        if len(ids) > 1 and ":" not in interaction:
            yield f"{interaction} is answered {len(ids)} times before everybody: {ids}"


def own_room(evidence: Evidence) -> Iterator[str]:
    """Marks and custom ids are of the room whose thread it is: in the log, in the thread, in private."""
    marks: dict[str, set[str]] = {}
    for kept in evidence.rooms:
        opened = next((one.event for one in kept.log if one.event["type"] == "RoomOpened"), None)
        marks[kept.id] = own = marks_in(opened["brief"]["title"]) if opened else set()
        for one in kept.log:
            if others := marks_in(str(one.event)) - own:
                yield f"{kept.id}/{one.revision} {one.event['type']} has words of {sorted(others)}"
    for each in evidence.posted:
        if each.channel in marks and (others := marks_in(each.text) - marks[each.channel]):
            yield f"message {each.id} in {each.channel} has words of {sorted(others)}"
        for custom_id in each.custom_ids:
            if action_of(custom_id) and custom_id.split(":")[_ROOM_PART] != each.channel:
                yield f"message {each.id} in {each.channel} has the button {custom_id}"
    for channel, text in evidence.private:
        if channel in marks and (others := marks_in(text) - marks[channel]):
            yield f"somebody alone saw words of {sorted(others)} in {channel}"


def answered(evidence: Evidence) -> Iterator[str]:
    """Whatever a person did was answered within three seconds, and what was put off was answered later."""
    for one in evidence.asked:
        if one.what.startswith(("suggest", "?")) or excuses.unanswered(one, evidence):
            continue
        if one.answered_at is None:
            yield f"{one.what} {one.id} in {one.channel} was not answered"
        elif one.thinking and not _interrupted(one, evidence):
            yield f"{one.what} {one.id} in {one.channel} shows that it is being thought about"


def _interrupted(one: Asked, evidence: Evidence) -> bool:
    """Whether the gateway or Discord met with a fault after it had asked for time, which died with it."""
    return any(
        each.end >= one.at and each.start <= one.at + 60 and each.target.startswith(("gateway", "discord"))
        for each in evidence.windows
    )
