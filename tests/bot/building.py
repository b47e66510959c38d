"""Short ways to say commands, for tests of everything that stands on the rules."""

from __future__ import annotations

from bot.story.brief import Brief, Kind
from bot.story.commands import AddPremise, Adopt, AskRound, OpenRoom, RecordTake
from bot.story.decide import decide
from bot.story.evolve import replay
from bot.story.model import Person
from bot.story.refusals import Refusal
from bot.story.room import Preset, Room
from bot.story.rounds import Dials, Receipt

ANA = Person(id="1", name="Ana")
BO = Person(id="2", name="Bo")


def open_room(room: str = "room", *, by: Person = ANA, brief: Brief | None = None) -> OpenRoom:
    return OpenRoom(
        at=1, by=by, room=room, guild="guild", preset=Preset.WRITERS, brief=brief or Brief(title="The Well")
    )


def add_premise(text: str, *, by: Person = ANA, kind: Kind = Kind.CHARACTER) -> AddPremise:
    return AddPremise(at=2, by=by, kind=kind, text=text)


def ask_round(*, by: Person = ANA, takes: int = 2, seed: int = 7) -> AskRound:
    return AskRound(at=3, by=by, takes=takes, seed=seed)


def record_take(round_number: int, take: int, text: str = "A woman digs a well.") -> RecordTake:
    return RecordTake(at=4, round=round_number, take=take, text=text, receipt=receipt())


def adopt(round_number: int, take: int, *, by: Person = ANA, seen: int = 10_000) -> Adopt:
    return Adopt(at=5, by=by, round=round_number, take=take, seen=seen)


def receipt() -> Receipt:
    return Receipt(
        model="a-model",
        prompt_sha256="0" * 64,
        dials=Dials(),
        seed=7,
        max_new_tokens=200,
        prompt_tokens=300,
        generated_tokens=150,
        finish_reason="stop_sequence",
        seconds=1.5,
    )


def after(room: Room | None, *commands: object) -> Room:
    """The room after commands that must all be carried out."""
    for command in commands:
        decision = decide(room, command)  # type: ignore[arg-type]  # a test passes commands
        assert not isinstance(decision, Refusal), decision
        room = replay(decision, room)
    assert room is not None
    return room
