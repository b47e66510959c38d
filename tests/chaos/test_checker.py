"""The checker finds nothing in evidence that is sound, and finds each kind of harm that is done to it.

Without this, a run that says "every promise was kept" would say nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.local_discord.snowflake import made_at
from bot.words import CHINESE, words
from tests.chaos.__main__ import summary
from tests.chaos.checker import check
from tests.chaos.evidence import Asked, Window, load, save
from tests.chaos.harms import (
    HARMS,
    Harm,
    a_message_gone,
    a_take_not_shown,
    an_operation_lost,
    nobody_answered,
    votes_of_a_closed_ballot,
)
from tests.chaos.rest_rules import nothing_left
from tests.chaos.sound import BEGAN, MESSAGE, ROOM, SENT, sound

EVERY = [(rule, harm) for rule, harms in HARMS.items() for harm in harms]


def test_sound_evidence_is_found_sound() -> None:
    assert check(sound()) == {}


@pytest.mark.parametrize(("rule", "harm"), EVERY, ids=[harm.__name__ for _, harm in EVERY])
def test_harm_is_found(rule: str, harm: Harm) -> None:
    evidence = sound()
    harm(evidence)
    assert rule in check(evidence)


def test_every_rule_was_seen_to_be_broken() -> None:
    from tests.chaos.checker import RULES  # noqa: PLC0415 - beside what it is compared with

    assert set(HARMS) == set(RULES)


def test_evidence_is_the_same_after_it_was_kept(tmp_path: Path) -> None:
    evidence = sound()
    evidence.windows.append(Window("kill", "redis", BEGAN, BEGAN + 1))
    save(evidence, tmp_path)
    assert load(tmp_path) == evidence


@pytest.mark.parametrize(
    ("target", "start", "is_excused"),
    [
        ("gateway1", 1.0, True),
        ("discord", 3.5, True),
        ("gateway1-discord", 0.0, True),
        ("machine", 2.0, True),
        ("gateway1", 30.0, False),
        ("gateway1-redis", 1.0, False),
        ("redis", 1.0, False),
        ("worker1", 1.0, False),
        ("worker1-discord", 1.0, False),
    ],
)
def test_only_what_keeps_an_answer_away_excuses_that_there_is_none(
    target: str,
    start: float,
    is_excused: bool,  # noqa: FBT001 - pytest names it
) -> None:
    evidence = sound()
    nobody_answered(evidence)
    evidence.windows.append(Window("kill", target, BEGAN + start, BEGAN + start + 0.5))
    assert ("nobody waits for an answer" not in check(evidence)) == is_excused


@pytest.mark.parametrize(
    ("kind", "target", "seconds", "excused"),
    [
        ("kill", "discord", 0.3, True),
        ("kill", "discord", 6.4, True),
        ("kill", "discord", 6.6, False),
        ("kill", "discord", -0.1, False),
        ("freeze", "discord", 0.3, False),
        ("kill", "gateway1", 0.3, False),
    ],
)
def test_a_last_edit_is_excused_where_the_local_discord_was_killed_right_after_it(
    kind: str, target: str, seconds: float, *, excused: bool
) -> None:
    evidence = sound()
    a_take_not_shown(evidence)
    ended = max(
        one.event["at"] for one in evidence.rooms[0].log if one.event["type"] == "TakeWritten"
    )  # in ms
    struck = ended / 1000 + seconds
    evidence.windows.append(Window(kind, target, struck, struck + 1))
    assert (check(evidence) == {}) == excused


def test_what_the_local_discord_lost_with_its_memory_is_not_missed() -> None:
    evidence = sound()
    a_message_gone(evidence)
    made = made_at(MESSAGE)
    evidence.windows.append(Window("kill", "discord", made + 0.3, made + 3))
    assert check(evidence) == {}


@pytest.mark.parametrize("language", ["en", CHINESE])
def test_a_refusal_is_no_acknowledgement(language: str) -> None:
    evidence = sound()
    an_operation_lost(evidence)
    evidence.told.clear()
    evidence.rooms[0].snapshot = None
    one = next(each for each in evidence.asked if each.id == SENT["add"])
    one.texts = [words(language).say("refusal.same_premise", premise=1)]
    assert "what a person was told is in the log" not in check(evidence)


def test_a_ballot_that_is_open_keeps_its_votes() -> None:
    evidence = sound()
    votes_of_a_closed_ballot(evidence)
    snapshot = evidence.rooms[0].snapshot
    assert snapshot is not None
    snapshot["ballots"] = [{"result": None}]
    assert not list(nothing_left(evidence))


def test_the_parts_of_a_summary_add_up_and_its_faults_are_the_plans() -> None:
    evidence = sound()
    nobody_answered(evidence)
    evidence.asked.append(Asked("7", BEGAN + 9, "1", "suggest bible", ROOM))
    evidence.windows += [
        Window("kill", "gateway1", BEGAN + 1, BEGAN + 2),
        Window("pause", "machine", BEGAN, BEGAN + 30),
        Window("offline", "gateway", BEGAN + 1, BEGAN + 2),
    ]
    told = summary(evidence)
    assert "5 things done by people: 4 answered, 1 not\n  of these 1 while a fault" in told
    assert "1 lists of suggestions while typing" in told
    assert "1 faults struck: kill 1\n1 times the bot was offline" in told
    assert "1 times the machine itself was too busy" in told
