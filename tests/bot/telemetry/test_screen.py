"""Live messages, watched: edits made, dropped and failed, the age of their words, and what the log names."""

from __future__ import annotations

import aiohttp
import structlog
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from bot.chat.live.message import LiveMessage
from bot.chat.render.shown import Shown
from bot.telemetry import Metrics
from bot.top.figures import Figures


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_what_a_live_message_does_is_counted_with_the_age_of_its_words() -> None:
    metrics, clock = Metrics(), Clock()
    broken = [aiohttp.ClientError("away")]
    written: list[str] = []

    async def write(shown: Shown) -> None:
        clock.now += 1.0  # an edit takes a second
        if broken:
            raise broken.pop()
        written.append(shown.text)

    with (
        capture_logs(processors=[merge_contextvars]) as logs,
        structlog.contextvars.bound_contextvars(operation="77", room="88"),
    ):
        live = LiveMessage(write, name="88:1", every=0.01, screen=metrics.screen, clock=clock)
        live.show(lambda: Shown(text="a"))
        live.show(lambda: Shown(text="ab"))  # a newer text before the first was drawn
        clock.now += 0.5
        await live.finish(lambda: Shown(text="abc"))
    assert written == ["abc"]
    found = Figures.read(metrics.text().decode(), 0)
    counts = {
        each: found.total("storyroom_live_edits_total", outcome=each)
        for each in ("made", "dropped", "failed")
    }
    assert counts == {"made": 1, "dropped": 2, "failed": 1}
    # Half a second until the first try, a second for that, and one for the edit that was made.
    assert found.total("storyroom_screen_age_seconds_sum") == 2.5
    # It outlives the operation that began it: its room is named, that operation is not.
    (failed,) = [each for each in logs if each["event"] == "edit_failed"]
    assert failed["room"] == "88"
    assert "operation" not in failed
