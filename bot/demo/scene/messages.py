"""Reading a message as a person does: words, buttons, menus, files, forms. Shapes are Discord's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Message = Mapping[str, Any]

EPHEMERAL = 1 << 6
LOADING = 1 << 7
_BUTTON, _TEXT_DISPLAY, _LABEL = 2, 10, 18
_SELECTS = {3, 5, 6, 7, 8}
_LINK_STYLE = 5


def words_of(message: Message) -> str:
    """All the words in a message: content, embeds, text displays, names of files; a line each."""
    lines = [message.get("content") or ""]
    for embed in message.get("embeds") or ():
        lines += [
            (embed.get("author") or {}).get("name", ""),
            embed.get("title", ""),
            embed.get("description", ""),
        ]
        for one in embed.get("fields") or ():
            lines += [one.get("name", ""), one.get("value", "")]
        lines.append((embed.get("footer") or {}).get("text", ""))
    lines += [part["content"] for part in parts_of(message) if part.get("type") == _TEXT_DISPLAY]
    lines += [file["filename"] for file in message.get("attachments") or ()]
    return "\n".join(line for line in lines if line)


def parts_of(holder: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every component of a message or a form, whatever it is nested in."""
    below: list[Any] = list(holder.get("components") or ())
    below += [holder[name] for name in ("component", "accessory") if isinstance(holder.get(name), dict)]
    for part in below:
        yield part
        yield from parts_of(part)


def button(message: Message, label: str) -> dict[str, Any] | None:
    """The button with that label (letters of either case), disabled or not."""
    return next((one for one in buttons(message) if _same(one.get("label"), label)), None)


def buttons(message: Message) -> list[dict[str, Any]]:
    """The buttons that the bot hears about."""
    return [
        one for one in parts_of(message) if one.get("type") == _BUTTON and one.get("style") != _LINK_STYLE
    ]


def menu(message: Message, labels: Sequence[str]) -> tuple[dict[str, Any], list[str]] | None:
    """The select with options of all these labels, and their values."""
    for part in parts_of(message):
        if part.get("type") in _SELECTS:
            values = option_values(part, labels)
            if values is not None:
                return part, values
    return None


def option_values(select: Mapping[str, Any], labels: Sequence[str]) -> list[str] | None:
    """The values of a select's options with these labels; None unless every label is there."""
    values = []
    for label in labels:
        found = [one["value"] for one in select.get("options") or () if _same(one["label"], label)]
        if not found:
            return None
        values.append(found[0])
    return values


def inputs(form: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The inputs of a form by their labels: text inputs carry their own, others sit in a label."""
    found = {}
    for part in parts_of(form):
        inner = part.get("component")
        if part.get("type") == _LABEL and isinstance(inner, dict):
            found[part["label"]] = inner
        elif part.get("label") and "custom_id" in part:
            found[part["label"]] = part
    return found


def fill(form: Mapping[str, Any], fields: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values of a form by custom id, as a person left them: what is not named keeps its first value.

    Raises:
        LookupError: no input has that label, or no option has that name; the text says which there are.

    """
    known = inputs(form)
    values: dict[str, Any] = {}
    for one in known.values():
        first = [option["value"] for option in one.get("options") or () if option.get("default")]
        if "options" in one:
            values[one["custom_id"]] = first
        else:
            values[one["custom_id"]] = one.get("value") or ""
    for label, value in fields:
        named = [part for name, part in known.items() if _same(name, label)]
        if not named:
            raise LookupError(
                f"the form has no field {label!r}; it has {', '.join(map(repr, known)) or 'none'}"
            )
        values[named[0]["custom_id"]] = _value(named[0], label, value)
    return values


def author_of(message: Message) -> str:
    """The name that stands above a message."""
    author = message.get("author") or {}
    return str(author.get("global_name") or author.get("username") or "somebody")


def is_ephemeral(message: Message) -> bool:
    """Whether one person alone sees it."""
    return bool(int(message.get("flags") or 0) & EPHEMERAL)


def is_loading(message: Message) -> bool:
    """Whether the bot has only promised it."""
    return bool(int(message.get("flags") or 0) & LOADING)


def _value(part: Mapping[str, Any], label: str, value: str) -> str | list[str]:
    if "options" not in part:
        return value
    found = option_values(part, [value])
    if found is None:
        names = ", ".join(repr(option["label"]) for option in part["options"])
        raise LookupError(f"{label!r} has no option {value!r}; it has {names}")
    return found


def _same(one: str | None, other: str) -> bool:
    return (one or "").strip().casefold() == other.strip().casefold()
