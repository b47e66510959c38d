"""What stands in a message, as a person reads it: its words, its buttons, the options of its selects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

Message: TypeAlias = dict[str, Any]  # Discord's object

EPHEMERAL = 64
_BUTTON, _SELECT = 2, 3


def text_of(message: Message) -> str:
    """Its content, then each embed's title, text and footer, a line each."""
    lines = [message.get("content") or ""]
    for embed in message.get("embeds", ()):
        lines += [embed.get("title"), embed.get("description"), embed.get("footer", {}).get("text")]
    return "\n".join(line for line in lines if line)


def is_private(message: Message) -> bool:
    return bool(message.get("flags", 0) & EPHEMERAL)


def labels(message: Message, *, enabled: bool = True) -> list[str]:
    """The labels of its buttons, in order; with `enabled` only of those that can be pressed."""
    return [each["label"] for each in _parts(message, _BUTTON) if not (enabled and each.get("disabled"))]


def button(message: Message, label: str) -> dict[str, Any]:
    """The button of that label."""
    found = next((each for each in _parts(message, _BUTTON) if each["label"] == label), None)
    assert found is not None, f"no button {label!r} among {labels(message, enabled=False)}"
    return found


def options(message: Message) -> list[dict[str, Any]]:
    """The options of its select."""
    return [option for each in _parts(message, _SELECT) for option in each["options"]]


def custom_id_of_select(message: Message) -> str:
    return str(next(_parts(message, _SELECT))["custom_id"])


def _parts(message: Message, kind: int) -> Iterator[dict[str, Any]]:
    for row in message.get("components", ()):
        yield from (each for each in row.get("components", ()) if each["type"] == kind)
