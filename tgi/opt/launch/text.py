"""Pieces of YAML: what is put into the forms beside this module. JSON strings are YAML strings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

__all__ = ["deeper", "environment_list", "indented", "items", "pairs", "quoted", "shell"]


def quoted(value: str) -> str:
    """A string."""
    return json.dumps(value, ensure_ascii=False)


def items(values: Iterable[str]) -> str:
    """A list on one line."""
    return "[" + ", ".join(quoted(value) for value in values) + "]"


def indented(spaces: int, values: Iterable[str]) -> str:
    """A list, an item a line."""
    return "\n".join(f"{' ' * spaces}- {quoted(value)}" for value in values)


def pairs(spaces: int, values: Mapping[str, str]) -> str:
    """A mapping, a pair a line."""
    return "\n".join(f"{' ' * spaces}{key}: {quoted(value)}" for key, value in values.items())


def environment_list(spaces: int, values: Mapping[str, str]) -> str:
    """Environment variables as Kubernetes lists them."""
    return "\n".join(
        f"{' ' * spaces}- {{name: {key}, value: {quoted(value)}}}" for key, value in values.items()
    )


def shell(value: str) -> str:
    """A shell's text for Compose, which reads a dollar as its own."""
    return value.replace("$", "$$")


def deeper(spaces: int, text: str) -> str:
    """All lines further in."""
    return "".join(f"{' ' * spaces}{line}\n" for line in text.splitlines())
