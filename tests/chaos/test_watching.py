"""What a run counts while it goes."""

from __future__ import annotations

import json
from pathlib import Path

from tests.chaos.parts import Part
from tests.chaos.watching import Watch


def appended(room: str, operation: str, *events: str) -> str:
    line = {"event": "appended", "room": room, "operation": operation, "revision": 9, "events": events}
    return json.dumps(line) + "\n"


def test_rounds_are_counted_where_they_were_asked_for_and_not_where_a_room_was_imported(
    tmp_path: Path,
) -> None:
    part = Part("gateway1", (), tmp_path, {})
    lines = (
        appended("well", "1", "RoundAsked"),
        appended("copy", "2", "RoomOpened", "RoundAsked", "TakeWritten"),
        appended("copy", "3", "NoteWritten", "RoundAsked"),
    )
    part.log.write_text("".join(lines), "utf-8")
    watch = Watch({"gateway1": part})
    watch.read()

    assert watch.rounds == 2
    assert len(watch.told) == 3
