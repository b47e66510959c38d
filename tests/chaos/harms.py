"""Each kind of harm that may be done to evidence that is sound, by the rule that is to find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.chaos.evidence import Evidence, Posted, Trouble
from tests.chaos.marks import piece
from tests.chaos.sound import BEGAN, MESSAGE, ROOM, SENT

Harm = Callable[[Evidence], None]


def without_revision(number: int) -> Harm:
    def harm(evidence: Evidence) -> None:
        log = evidence.rooms[0].log
        evidence.rooms[0].log = [one for one in log if one.revision != number]

    return harm


def an_operation_lost(evidence: Evidence) -> None:
    """The premise never came into the log, and the log does not show it."""
    room = evidence.rooms[0]
    left = [one for one in room.log if one.operation != SENT["add"]]
    room.log = [replace(one, revision=number) for number, one in enumerate(left, 1)]


def an_operation_twice(evidence: Evidence) -> None:
    log = evidence.rooms[0].log
    log.append(replace(next(one for one in log if one.operation == SENT["add"]), revision=len(log) + 1))


def a_take_twice(evidence: Evidence) -> None:
    log = evidence.rooms[0].log
    again = next(one for one in log if one.event["type"] == "TakeWritten")
    log.append(replace(again, revision=len(log) + 1, operation=f"{ROOM}:1:again"))


def an_operation_of_nobodys(evidence: Evidence) -> None:
    evidence.asked = [one for one in evidence.asked if one.id != SENT["adopt"]]


def another_snapshot(evidence: Evidence) -> None:
    snapshot = evidence.rooms[0].snapshot
    assert snapshot is not None
    snapshot["current"] = None


def a_round_open(evidence: Evidence) -> None:
    room = evidence.rooms[0]
    room.log = [one for one in room.log if one.event["type"] != "RoundFailed"]


def no_rest(evidence: Evidence) -> None:
    evidence.rested = False


def a_message_gone(evidence: Evidence) -> None:
    del evidence.posted[0]


def a_take_not_shown(evidence: Evidence) -> None:
    evidence.posted[0] = replace(evidence.posted[0], text="Round 1: two takes. Being written ...")


def no_apology(evidence: Evidence) -> None:
    evidence.posted[1] = replace(evidence.posted[1], text="Round 2: two takes. Being written ...")


def a_round_posted_twice(evidence: Evidence) -> None:
    evidence.posted.append(replace(evidence.posted[0], id=str(int(MESSAGE) + 1)))


def a_round_posted_afresh_while_it_is_there(evidence: Evidence) -> None:
    evidence.posted.append(replace(evidence.posted[0], id=str(int(MESSAGE) + 1), nonce=f"{ROOM}:1+"))


def a_notice_answered_and_posted(evidence: Evidence) -> None:
    for extra in ({"nonce": SENT["add"]}, {"nonce": "", "answers": SENT["add"]}):
        evidence.posted.append(
            Posted(str(int(MESSAGE) + 5), ROOM, "added", custom_ids=[], **{"nonce": "", **extra})
        )


def words_of_another_room(evidence: Evidence) -> None:
    evidence.posted[0] = replace(evidence.posted[0], text=evidence.posted[0].text + piece(2, 7))


def private_words_of_another_room(evidence: Evidence) -> None:
    evidence.private.append((ROOM, piece(2, 7)))


def an_event_with_words_of_another_room(evidence: Evidence) -> None:
    room = evidence.rooms[0]
    room.log[1] = replace(room.log[1], event={**room.log[1].event, "text": piece(2, 7)})


def a_button_of_another_room(evidence: Evidence) -> None:
    evidence.posted[0] = replace(evidence.posted[0], custom_ids=["sr1:again:42:3:1"])


def nobody_answered(evidence: Evidence) -> None:
    evidence.asked[1].answered_at, evidence.asked[1].failed_at = None, BEGAN + 4


def thought_about_for_ever(evidence: Evidence) -> None:
    evidence.asked[1].deferred = evidence.asked[1].thinking = True


def a_dead_lease(evidence: Evidence) -> None:
    evidence.queue["leases"] = 1


def an_orphan_job(evidence: Evidence) -> None:
    evidence.queue["jobs"] = 1


def a_full_outbox(evidence: Evidence) -> None:
    evidence.rooms[0].left["outbox"] = 1


def a_half_written_text(evidence: Evidence) -> None:
    evidence.rooms[0].left["partials"] = 1


def votes_of_a_closed_ballot(evidence: Evidence) -> None:
    evidence.rooms[0].left["votes"] = 2


def a_traceback(evidence: Evidence) -> None:
    evidence.troubles.append(Trouble("worker1", "Traceback (most recent call last):"))


def a_process_that_grows(evidence: Evidence) -> None:
    evidence.memory["worker1"] = [80 + number / 4 for number in range(800)]


def a_process_that_is_huge(evidence: Evidence) -> None:
    evidence.memory["worker1"] = [80.0, 4000.0]


HARMS: dict[str, list[Harm]] = {
    "what a process was told is in the log": [without_revision(2), an_operation_lost],
    "what a person was told is in the log": [an_operation_lost],
    "every operation is in the log once": [an_operation_twice, a_take_twice],
    "nothing is in the log that nobody did": [an_operation_of_nobodys],
    "the log has no gap, and its replay is the snapshot": [without_revision(2), another_snapshot],
    "every round ended": [a_round_open, no_rest],
    "every round is on Discord as it ended": [a_message_gone, a_take_not_shown, no_apology],
    "nothing is posted twice": [
        a_round_posted_twice,
        a_round_posted_afresh_while_it_is_there,
        a_notice_answered_and_posted,
    ],
    "no text is in another room": [
        words_of_another_room,
        private_words_of_another_room,
        an_event_with_words_of_another_room,
        a_button_of_another_room,
    ],
    "nobody waits for an answer": [nobody_answered, thought_about_for_ever],
    "nothing is left in queue, leases and outboxes": [
        a_dead_lease,
        an_orphan_job,
        a_full_outbox,
        a_half_written_text,
        votes_of_a_closed_ballot,
    ],
    "no process fell over its own feet": [a_traceback],
    "no process grows": [a_process_that_grows, a_process_that_is_huge],
}
