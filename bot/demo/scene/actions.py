"""What people do in a scene. Each function is one sentence of `forms`, by its name, for one person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.demo.scene.format import Step
from bot.demo.scene.messages import fill, menu
from bot.demo.scene.people import Person
from bot.demo.scene.stage import Stage, broken

Action = Callable[[Stage, Person, Step], Awaitable[None]]

_THREAD_SECONDS = 10.0  # between a command's answer and the thread that it opens, at most


async def goes(stage: Stage, person: Person, step: Step) -> None:
    """To a channel of the server."""
    name = step.values["channel"]
    if name not in stage.people.channels:
        raise broken(
            step,
            f"a channel #{name}",
            "the channels " + ", ".join(f"#{one}" for one in stage.people.channels),
        )
    person.channel = stage.people.channels[name]


async def enters(stage: Stage, person: Person, step: Step) -> None:
    """Into the newest thread of the server that the person is not in, of this scene if one comes in time.

    A command is answered before its thread is there: without waiting it would be an earlier scene's.
    """
    people, within = stage.people, min(stage.patience(step), _THREAD_SECONDS)
    await people.until(lambda: people.threads.keys() - people.earlier, within)
    await _enter(stage, person, step, lambda thread: thread["id"] != person.channel, "a new thread")


async def enters_named(stage: Stage, person: Person, step: Step) -> None:
    """Into the newest thread with some words in its name."""
    name = step.values["name"]
    await _enter(stage, person, step, lambda thread: name in thread["name"], f"a thread called {name!r}")


async def says(stage: Stage, person: Person, step: Step) -> None:
    """A message of their own."""
    body = {"user": person.id, "content": step.values["words"]}
    said = await stage.people.post(f"/people/v1/channels/{_somewhere(stage, person, step)}/messages", body)
    await stage.people.until(lambda: said["id"] in person.messages[person.channel], stage.patience(step))


async def runs(stage: Stage, person: Person, step: Step) -> None:
    """A slash command."""
    command = step.values["command"]
    _somewhere(stage, person, step)
    written = dict([*command.options, *step.fields])
    options = {name: _typed(stage, command.name, name, value) for name, value in written.items()}
    await _interact(stage, person, step, {"type": 2, "command": command.name, "options": options})


async def presses(stage: Stage, person: Person, step: Step) -> None:
    """A button, on the newest message that has it."""
    found = await stage.people.until(lambda: stage.find_button(person, step), stage.patience(step))
    if found is None:
        expected = f"a button {step.values['label']!r} that can be pressed on {stage.place(step)}"
        raise broken(step, expected, stage.in_sight(person))
    message, part = found
    body = {"type": 3, "message_id": message["id"], "custom_id": part["custom_id"], "component_type": 2}
    await _interact(stage, person, step, body)


async def chooses(stage: Stage, person: Person, step: Step) -> None:
    """Options of a select, on the newest message that has them."""
    wanted = step.values["options"]

    def find() -> tuple[str, dict[str, Any], list[str]] | None:
        for message in stage.at(person, step):
            found = menu(message, wanted)
            if found is not None and not found[0].get("disabled"):
                return message["id"], *found
        return None

    found = await stage.people.until(find, stage.patience(step))
    if found is None:
        expected = f"a menu with {', '.join(map(repr, wanted))} on {stage.place(step)}"
        raise broken(step, expected, stage.in_sight(person))
    message_id, part, values = found
    body = {"message_id": message_id, "custom_id": part["custom_id"], "component_type": part["type"]}
    await _interact(stage, person, step, {"type": 3, **body, "values": values})


async def fills(stage: Stage, person: Person, step: Step) -> None:
    """The form that is in front of them, and sends it."""
    form = await stage.people.until(lambda: person.form, stage.patience(step))
    if form is None:
        raise broken(step, f"a form in front of {person.name}", f"no form. {stage.in_sight(person)}")
    try:
        fields = fill(form, step.fields)
    except LookupError as missing:
        raise broken(step, "a form with these fields", str(missing.args[0])) from None
    body = {"type": 5, "interaction_id": form["interaction_id"], "fields": fields}
    await _interact(stage, person, step, body)
    if person.form is form:  # the answer may have been another form
        person.form = None


async def uses(stage: Stage, person: Person, step: Step) -> None:
    """A message's menu."""
    found = await stage.people.until(lambda: stage.at(person, step), stage.patience(step))
    if not found:
        raise broken(step, stage.place(step), stage.in_sight(person))
    label = step.values["label"]
    await _interact(
        stage, person, step, {"type": 2, "command": label, "command_type": 3, "target_id": found[0]["id"]}
    )


async def deletes(stage: Stage, person: Person, step: Step) -> None:
    """A message: their own, or, for a host, anybody's."""
    found = await stage.people.until(lambda: stage.at(person, step), stage.patience(step))
    if not found:
        raise broken(step, stage.place(step), stage.in_sight(person))
    path = f"/people/v1/channels/{person.channel}/messages/{found[0]['id']}"
    await stage.people.send("DELETE", path, params={"user": person.id})


async def speaks(stage: Stage, person: Person, step: Step) -> None:
    """Another language in their client."""
    await stage.people.send("PATCH", f"/people/v1/users/{person.id}", json={"locale": step.values["locale"]})


async def _enter(
    stage: Stage, person: Person, step: Step, fits: Callable[[dict[str, Any]], bool], expected: str
) -> None:
    threads = stage.people.threads

    def newest() -> str | None:
        return max((one["id"] for one in threads.values() if fits(one)), key=int, default=None)

    found = await stage.people.until(newest, stage.patience(step))
    if found is None:
        names = ", ".join(repr(one["name"]) for one in threads.values()) or "none"
        raise broken(step, expected, f"the threads are: {names}. {stage.in_sight(person)}")
    person.channel = found


async def _interact(stage: Stage, person: Person, step: Step, body: dict[str, Any]) -> None:
    how = await stage.people.interact(person, body)
    if how != "answered":
        raise broken(step, "an answer from the bot within Discord's 3 s", f"{how}. {stage.in_sight(person)}")


def _somewhere(stage: Stage, person: Person, step: Step) -> str:
    if not person.channel:
        raise broken(
            step, f"{person.name} to be somewhere (goes to #..., enters ...)", stage.in_sight(person)
        )
    return person.channel


def _typed(stage: Stage, command: str, option: str, value: str) -> str | int | float | bool:
    """An option's value as its type asks: 3 (text), 4 (whole number), 5 (yes or no), 10 (number)."""
    kind = stage.people.option_type(command, option)
    try:
        if kind == 4:  # noqa: PLR2004 - Discord's option types
            return int(value)
        if kind == 10:  # noqa: PLR2004 - as above
            return float(value)
    except ValueError:
        return value  # the local Discord says what is wrong with it
    if kind == 5 and value in {"true", "false"}:  # noqa: PLR2004 - as above
        return value == "true"
    return value


ACTIONS: dict[str, Action] = {
    "goes": goes,
    "enters": enters,
    "enters_named": enters_named,
    "says": says,
    "runs": runs,
    "presses": presses,
    "chooses": chooses,
    "fills": fills,
    "uses": uses,
    "deletes": deletes,
    "speaks": speaks,
}
