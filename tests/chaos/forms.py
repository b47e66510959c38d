"""What people put into options, selects and forms: drawn from their dice, marked with their room."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from tests.bot.chat.reading import Message
from tests.chaos.marks import mark, piece

_BUTTON, _SELECT, _TEXT, _USER_SELECT = 2, 3, 4, 5
_LABEL = 18

SPARING: Final = {"takes": 1, "level": "logline"}  # options of those who ask for little

_ENGLISH = (
    "A well-digger who is afraid of the dark",
    "The well answers",
    "A valley where it has not rained for a year",
    "She lets the lamp go out",
    "Whoever drinks from it forgets a name",
    "Less rain and more doubt, and let her pay for it",
)
_CHINESE = (
    "一个怕黑的掘井人",
    "井回答了",
    "一年没有下雨的山谷",
    "她让灯熄灭了",
    "喝了井水的人会忘记一个名字",
)


@dataclass
class Pen:
    """Writes a room's words, each text with a word that is said once in the whole run."""

    room: int
    is_chinese: bool
    dice: random.Random
    written: int = 0
    is_sparing: bool = False  # asks for little

    def title(self) -> str:
        """The room's title."""
        return f"{mark(self.room)} {'枯井' if self.is_chinese else 'The Dry Well'}"

    def words(self, limit: int = 300) -> str:
        """A text that nobody wrote before."""
        self.written += 1
        said = self.dice.choice(_CHINESE if self.is_chinese else _ENGLISH)
        once = piece(self.room, self.written)
        return f"{said} {once}" if len(said) + len(once) < limit else once[-limit:]


def option_value(option: dict[str, Any], pen: Pen, people: list[str]) -> Any:
    """A value for a command's option that has no autocomplete; None leaves it out.

    Types are Discord's: 3 text, 4 whole number, 5 yes or no, 6 somebody, 10 number.
    """
    dice, name = pen.dice, option["name"]
    if pen.is_sparing and name in SPARING:
        return SPARING[name]
    if not option.get("required") and dice.random() > (0.7 if name in ("takes", "minutes") else 0.3):
        return None
    if choices := option.get("choices"):
        return dice.choice(choices)["value"]
    by_type: dict[int, Callable[[], Any]] = {
        3: lambda: _text(option, pen),
        4: lambda: _integer(option, dice),
        5: lambda: dice.random() < 0.5,
        6: lambda: dice.choice(people),
        10: lambda: round(dice.uniform(option["min_value"], option["max_value"]), 2),
    }
    return by_type[option["type"]]()


def _text(option: dict[str, Any], pen: Pen) -> str:
    match option["name"]:
        case "title":
            return pen.title()
        case "drafts":
            return " ".join(map(str, sorted(pen.dice.sample(range(1, 5), 2))))
    return pen.words(option.get("max_length") or 300)


def _integer(option: dict[str, Any], dice: random.Random) -> int:
    least = int(option.get("min_value", 1))
    most = int(option.get("max_value", 9))
    small = {"takes": 3, "minutes": 2, "quorum": 2, "hours": 2, "round": 4, "number": 4}
    return dice.randint(least, min(most, small.get(option["name"], 9)))


def components(message: Message) -> Iterator[dict[str, Any]]:
    """Every button and select of a message that can be used."""
    for row in message.get("components", ()):
        for one in row.get("components", ()):
            if one["type"] in (_BUTTON, _SELECT, _USER_SELECT) and not one.get("disabled"):
                yield one


def action_of(custom_id: str) -> str:
    """The action that a custom id of the bot's names; "" for anything else's."""
    version, _, rest = custom_id.partition(":")
    return rest.partition(":")[0] if version == "sr1" else ""


def open_rounds(messages: Iterable[Message]) -> int:
    """How many rounds wait or are written: those that may be cancelled."""
    return sum(any(action_of(one["custom_id"]) == "cancel" for one in components(each)) for each in messages)


def chosen(component: dict[str, Any], dice: random.Random, people: list[str]) -> list[str] | None:
    """What is chosen in a select; None for a button."""
    if component["type"] == _BUTTON:
        return None
    every = people if component["type"] == _USER_SELECT else [one["value"] for one in component["options"]]
    least, most = component.get("min_values", 1), component.get("max_values", 1)
    count = dice.randint(min(least, len(every)), min(most, len(every)))
    return dice.sample(every, count)


def filled(modal: dict[str, Any], pen: Pen) -> dict[str, Any]:
    """A form's fields."""
    fields: dict[str, Any] = {}
    for part in modal["components"]:
        inner = [part["component"]] if part["type"] == _LABEL else part.get("components", [])
        for one in inner:
            value = _field(one, pen)
            if value is not None:
                fields[one["custom_id"]] = value
    return fields


def _field(one: dict[str, Any], pen: Pen) -> Any:
    if one["type"] == _TEXT:
        limit = one.get("max_length") or 300
        keeps = one.get("value") and pen.dice.random() < 0.4
        return None if keeps else pen.words(min(limit, 300))
    if one["type"] == _SELECT:
        return [pen.dice.choice(one["options"])["value"]]
    return None
