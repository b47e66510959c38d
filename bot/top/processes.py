"""From figures to what is shown of a process, and of the TGI servers that several processes use."""

from __future__ import annotations

from collections.abc import Mapping

from bot.top.figures import Figures, a_second
from bot.top.picture import EndpointShown, ProcessShown


def process_of(address: str, now: Figures | None, before: Figures | None) -> ProcessShown:
    """A process by what it tells now, compared with what it told before."""
    if now is None:
        return ProcessShown(address=address, answers=False)
    seconds = now.at - before.at if before else 0.0

    def rate(name: str, **labels: str) -> float | None:
        then = before.total(name, **labels) if before else None
        return a_second(now.total(name, **labels) or 0.0, then, seconds)

    beats, late = rate("storyroom_loop_lag_seconds_count"), rate("storyroom_loop_lag_seconds_sum")
    return ProcessShown(
        address=address,
        answers=True,
        role=_only(now.values("storyroom_info", "role")),
        version=_only(now.values("storyroom_info", "version")),
        rooms_active=_whole(now.total("storyroom_rooms_active")),
        tokens=rate("storyroom_tokens_total", way="out"),
        rounds=rate("storyroom_round_ends_total", outcome="written"),
        errors=a_second(now.errors, before.errors if before else None, seconds),
        lag_seconds=late / beats if beats and late is not None else None,
        memory_bytes=_whole(now.total("process_resident_memory_bytes")),
        shards_wanted=_whole(now.total("storyroom_shards", state="wanted")),
        shards_ready=_whole(now.total("storyroom_shards", state="ready")),
    )


def endpoints_of(now: Mapping[str, Figures], before: Mapping[str, Figures]) -> tuple[EndpointShown, ...]:
    """The TGI servers that any of the processes knows."""
    names = {name for each in now.values() for name in each.values("storyroom_tgi_breaker", "endpoint")}
    return tuple(_endpoint(name, now, before) for name in sorted(names))


def _endpoint(name: str, now: Mapping[str, Figures], before: Mapping[str, Figures]) -> EndpointShown:
    users = {
        at: each for at, each in now.items() if each.total("storyroom_tgi_running", endpoint=name) is not None
    }

    def gauge(figure: str, **labels: str) -> int:
        return int(sum(each.total(figure, endpoint=name, **labels) or 0.0 for each in users.values()))

    def rate(figure: str) -> float | None:
        known = [
            a_second(
                each.total(figure, endpoint=name) or 0.0, then.total(figure, endpoint=name), each.at - then.at
            )
            for at, each in users.items()
            if (then := before.get(at)) is not None
        ]
        found = [each for each in known if each is not None]
        return sum(found) if found else None

    return EndpointShown(
        endpoint=name,
        processes=len(users),
        closed=gauge("storyroom_tgi_breaker", state="closed"),
        running=gauge("storyroom_tgi_running"),
        outstanding=gauge("storyroom_tgi_outstanding_tokens"),
        requests=rate("storyroom_tgi_requests_total"),
        failures=rate("storyroom_tgi_failures_total"),
    )


def _only(values: list[str]) -> str | None:
    return values[0] if values else None


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)
