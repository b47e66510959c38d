"""Evidence of a run in which every promise was kept."""

from __future__ import annotations

from bot.chat.render.round import round_message
from bot.local_discord.snowflake import made_at
from bot.story import decide, replay
from bot.story.brief import Brief
from bot.story.commands import Command, FailRound, PlaceRound
from bot.story.refusals import Refusal
from bot.story.room import Room
from tests.bot.building import add_premise, adopt, ask_round, open_room, record_take
from tests.bot.writing.scripted_tgi import prose
from tests.chaos.evidence import Asked, Evidence, KeptRoom, Logged, Posted, Told
from tests.chaos.marks import mark, piece

ROOM = "1576227177182134272"
BEGAN = made_at(ROOM)
SENT = {
    name: str(int(ROOM) + (number << 22)) for number, name in enumerate(("open", "add", "ask", "adopt"), 1)
}
MESSAGE = str(int(ROOM) + (9 << 22))
FAILED = str(int(ROOM) + (11 << 22))
TITLE = f"{mark(1)} The Dry Well"


def sound() -> Evidence:
    """A room with a premise, a round of two takes, one of them adopted, and a round that was given up."""
    asked_again = str(int(ROOM) + (10 << 22))
    steps: list[tuple[str, Command]] = [
        (SENT["open"], open_room(ROOM, brief=Brief(title=TITLE))),
        (SENT["add"], add_premise(f"A well-digger {piece(1, 1)}")),
        (SENT["ask"], ask_round()),
        (f"{ROOM}:1:place:{MESSAGE}", PlaceRound(at=4, round=1, message=MESSAGE)),
        (f"{ROOM}:1:take:0", record_take(1, 0, prose(7, 3))),
        (f"{ROOM}:1:take:1", record_take(1, 1, prose(8, 3))),
        (SENT["adopt"], adopt(1, 0)),
        (asked_again, ask_round()),
        (f"{ROOM}:2:place:{FAILED}", PlaceRound(at=4, round=2, message=FAILED)),
        (f"{ROOM}:2:fail", FailRound(at=9, round=2, reason="writer_unavailable")),
    ]
    room: Room | None = None
    log: list[Logged] = []
    told: list[Told] = []
    for operation, command in steps:
        events = decide(room, command)
        assert not isinstance(events, Refusal)
        room = replay(events, room)
        for event in events:
            log.append(Logged(len(log) + 1, operation, event.model_dump(mode="json")))
        told.append(Told("gateway1", ROOM, operation, len(log), [event.type for event in events]))
    assert room is not None
    asked = [
        Asked(
            SENT["open"], BEGAN, "1", "command room open", "9", answered_at=BEGAN + 0.2, texts=[f"<#{ROOM}>"]
        ),
        Asked(SENT["add"], BEGAN + 1, "1", "command premise add", ROOM, answered_at=BEGAN + 1.1),
        Asked(SENT["ask"], BEGAN + 2, "1", "command synopsis", ROOM, answered_at=BEGAN + 2.1),
        Asked(SENT["adopt"], BEGAN + 3, "1", "press adopt", ROOM, answered_at=BEGAN + 3.1),
        Asked(asked_again, BEGAN + 4, "1", "command synopsis", ROOM, answered_at=BEGAN + 4.1),
    ]
    return Evidence(
        asked=asked,
        rooms=[KeptRoom(ROOM, log, len(log), room.model_dump(mode="json"), {"outbox": 0, "votes": 0})],
        told=told,
        posted=[posted(room, 1, MESSAGE), posted(room, 2, FAILED)],
        private=[(ROOM, f"Bible of {TITLE}")],
        queue={"jobs": 0, "leases": 0, "counter": 4},
        memory={"gateway1": [100.0, 101.0]},
    )


def posted(room: Room, number: int, message: str) -> Posted:
    drawn = round_message(room, number)
    text = "\n".join([drawn.text, *(f"{each.title}\n{each.description}" for each in drawn.embeds)])
    return Posted(message, ROOM, text, f"{ROOM}:{number}", [f"sr1:again:{ROOM}:3:{number}"])
