"""What must be so in a scene. Each function is one sentence of `forms`, by its name, for one person.

Sentences about what is there wait until it is; sentences about what is not there look once, except those with
"no longer", which wait until it is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.demo.scene.files import FileOf, newest_file, values_at
from bot.demo.scene.format import Step
from bot.demo.scene.messages import is_ephemeral, words_of
from bot.demo.scene.people import Person
from bot.demo.scene.stage import Stage, broken

Expectation = Callable[[Stage, Person, Step], Awaitable[None]]

_SETTLES = 1.0  # seconds for which a count must stay as it is: a second copy would come by then


async def sees(stage: Stage, person: Person, step: Step) -> None:
    """Words in a message in front of them."""
    if not await stage.people.until(lambda: _seen(stage, person, step), stage.patience(step)):
        words = f"{step.values['words']!r} in {stage.place(step)} within {stage.patience(step):g} s"
        raise broken(step, words, stage.in_sight(person))


async def sees_not(stage: Stage, person: Person, step: Step) -> None:
    """No such words now."""
    if _seen(stage, person, step):
        raise broken(step, f"{step.values['words']!r} nowhere in {stage.place(step)}", stage.in_sight(person))


async def sees_no_longer(stage: Stage, person: Person, step: Step) -> None:
    """No such words, soon."""
    if not await stage.people.until(lambda: not _seen(stage, person, step), stage.patience(step)):
        raise broken(step, f"{step.values['words']!r} gone from {stage.place(step)}", stage.in_sight(person))


async def sees_alone(stage: Stage, person: Person, step: Step) -> None:
    """Words that the bot says to them and to nobody else."""
    words, channel = step.values["words"], person.channel

    def told() -> bool:
        return any(is_ephemeral(one) and words in words_of(one) for one in stage.at(person, step))

    if not await stage.people.until(told, stage.patience(step)):
        expected = f"{words!r} in a message that only {person.name} sees, within {stage.patience(step):g} s"
        raise broken(step, expected, stage.in_sight(person))
    for other in stage.people.by_name.values():
        if other is not person and any(words in words_of(one) for one in other.sees_in(channel)):
            raise broken(step, f"nobody but {person.name} sees {words!r}", f"{other.name} sees it too")


async def sees_count(stage: Stage, person: Person, step: Step) -> None:
    """A number of messages with the words, which does not change any more."""
    words, count = step.values["words"], step.values["count"]

    def found() -> int:
        return sum(words in words_of(one) for one in person.screen())

    await stage.people.until(lambda: found() == count, stage.patience(step))
    changed = await stage.people.until(lambda: found() != count, _SETTLES)
    if changed:
        raise broken(step, f"{count} with {words!r}", f"{found()}. {stage.in_sight(person)}")


async def can_press(stage: Stage, person: Person, step: Step) -> None:
    """A button that is there and not disabled."""
    if not await stage.people.until(lambda: stage.find_button(person, step), stage.patience(step)):
        expected = f"a button {step.values['label']!r} that can be pressed on {stage.place(step)}"
        raise broken(step, expected, stage.in_sight(person))


async def cannot_press(stage: Stage, person: Person, step: Step) -> None:
    """No such button now, or a disabled one."""
    if stage.find_button(person, step):
        raise broken(step, f"no button {step.values['label']!r} that can be pressed", stage.in_sight(person))


async def can_no_longer_press(stage: Stage, person: Person, step: Step) -> None:
    """No such button, soon."""
    if not await stage.people.until(lambda: not stage.find_button(person, step), stage.patience(step)):
        raise broken(step, f"no button {step.values['label']!r} that can be pressed", stage.in_sight(person))


async def is_shown(stage: Stage, person: Person, step: Step) -> None:
    """A form whose title has the words."""
    title = step.values["title"]
    if not await stage.people.until(
        lambda: person.form and title in person.form["title"], stage.patience(step)
    ):
        seen = repr(person.form["title"]) if person.form else f"no form. {stage.in_sight(person)}"
        raise broken(step, f"a form called {title!r}", seen)


async def reads(stage: Stage, person: Person, step: Step) -> None:
    """Words in a file that was given to them."""
    file = await _file(stage, person, step)
    if step.values["words"] not in file.text:
        raise broken(step, f"{step.values['words']!r} in {file.name}", file.text)


async def reads_not(stage: Stage, person: Person, step: Step) -> None:
    """No such words in a file that was given to them."""
    file = await _file(stage, person, step)
    if step.values["words"] in file.text:
        raise broken(step, f"{step.values['words']!r} nowhere in {file.name}", file.text)


async def reads_at(stage: Stage, person: Person, step: Step) -> None:
    """A value at a path of a JSON file that was given to them."""
    file = await _file(stage, person, step)
    try:
        found = values_at(file.text, step.values["path"])
    except ValueError as error:
        raise broken(step, f"{file.name} to be JSON", str(error)) from None
    if step.values["words"] not in found:
        seen = ", ".join(map(repr, found)) or f"nothing there. The file:\n{file.text}"
        raise broken(step, f"{step.values['words']!r} at {step.values['path']} in {file.name}", seen)


def _seen(stage: Stage, person: Person, step: Step) -> bool:
    return any(step.values["words"] in words_of(one) for one in stage.at(person, step))


async def _file(stage: Stage, person: Person, step: Step) -> FileOf:
    """The newest file that fits, with its text."""
    pattern = step.values["file"]
    found = await stage.people.until(lambda: newest_file(person.screen(), pattern), stage.patience(step))
    if found is None:
        raise broken(step, f"a file called {pattern}", stage.in_sight(person))
    async with asyncio.timeout(stage.patience(step)):
        return FileOf(found["filename"], await stage.people.download(found["url"]))


EXPECTATIONS: dict[str, Expectation] = {
    "sees": sees,
    "sees_not": sees_not,
    "sees_no_longer": sees_no_longer,
    "sees_alone": sees_alone,
    "sees_count": sees_count,
    "can_press": can_press,
    "cannot_press": cannot_press,
    "can_no_longer_press": can_no_longer_press,
    "is_shown": is_shown,
    "reads": reads,
    "reads_not": reads_not,
    "reads_at": reads_at,
}
