"""What is counted where people are answered: interactions, Discord's REST, live messages, shards."""

from __future__ import annotations

from typing import Literal, TypeAlias

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

DISCORD_EPOCH_MS = 1_420_070_400_000  # https://discord.com/developers/docs/reference#snowflakes
_TIMESTAMP_SHIFT = 22

_ANSWER_SECONDS = (0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5, 10)
_REST_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_AGE_SECONDS = (0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 5, 10, 30, 120)

Acted: TypeAlias = Literal["done", "refused", "told", "failed", "forbidden", "unexpected", "unexplained"]
Edited: TypeAlias = Literal["made", "dropped", "failed"]
Scope: TypeAlias = Literal["user", "global", "shared", "other"]


def seconds_since(snowflake: int, now_ms: int) -> float:
    """How long ago Discord made an id, in seconds; both clocks must be right."""
    return max(0.0, (now_ms - DISCORD_EPOCH_MS - (snowflake >> _TIMESTAMP_SHIFT)) / 1000)


class Interactions:
    """What came from people, and how fast it was answered."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._received = Counter(
            "storyroom_interactions_received",
            "Interactions that Discord delivered, by kind.",
            ["kind"],
            registry=registry,
        )
        self._answer_seconds = Histogram(
            "storyroom_interaction_answer_seconds",
            "From an interaction's making at Discord to Discord's reply to its first answer.",
            ["taken"],
            buckets=_ANSWER_SECONDS,
            registry=registry,
        )
        self._acted = Counter(
            "storyroom_actions",
            "Interactions that were carried out, by how they ended.",
            ["outcome"],
            registry=registry,
        )

    def received(self, kind: str) -> None:
        """An interaction came; `kind` is discord.py's name of its type."""
        self._received.labels(kind).inc()

    def answered(self, interaction: int, now_ms: int, *, taken: bool) -> None:
        """Discord took the first answer, or did not."""
        self._answer_seconds.labels("yes" if taken else "no").observe(seconds_since(interaction, now_ms))

    def acted(self, outcome: Acted) -> None:
        """An interaction's action ended."""
        self._acted.labels(outcome).inc()


class Rest:
    """Discord's REST, by class of route: never a path, which has ids and tokens in it."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "storyroom_discord_request_seconds",
            "REST requests to Discord by class of route, each attempt for itself.",
            ["route"],
            buckets=_REST_SECONDS,
            registry=registry,
        )
        self._requests = Counter(
            "storyroom_discord_requests",
            "REST requests to Discord by class of route and status; 0 where no reply came.",
            ["route", "status"],
            registry=registry,
        )
        self._limited = Counter(
            "storyroom_discord_rate_limited",
            "Replies 429 by class of route and Discord's scope of the limit.",
            ["route", "scope"],
            registry=registry,
        )

    def replied(self, route: str, status: int, seconds: float) -> None:
        """A request was replied to; `status` 0 where it broke off."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def limited(self, route: str, scope: Scope) -> None:
        """Discord turned a request away with 429."""
        self._limited.labels(route, scope).inc()


class Screen:
    """Messages that are written on while text comes."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._edits = Counter(
            "storyroom_live_edits",
            "Edits of live messages: made, dropped because a newer text came before, or failed.",
            ["outcome"],
            registry=registry,
        )
        self._age = Histogram(
            "storyroom_screen_age_seconds",
            "How long the oldest words of an edit waited to be on screen.",
            buckets=_AGE_SECONDS,
            registry=registry,
        )

    def edited(self, outcome: Edited, *, age: float | None = None) -> None:
        """An edit was made (`age` in seconds), dropped, or failed."""
        self._edits.labels(outcome).inc()
        if age is not None:
            self._age.observe(age)


class Gateway:
    """Shards that this process is to hold, and those that are ready."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._shards = Gauge(
            "storyroom_shards",
            "Shards: of the whole bot, those that this process is to hold, and those of them that are ready.",
            ["state"],
            registry=registry,
        )

    def shards(self, *, total: int, wanted: int, ready: int) -> None:
        """How many there are now."""
        self._shards.labels("total").set(total)
        self._shards.labels("wanted").set(wanted)
        self._shards.labels("ready").set(ready)
