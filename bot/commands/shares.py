"""`storyroom shares`: who has how much of the writing machine, and changing that while everything runs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.carrying_out import Exit, carry_out, fail, settings_for
from bot.settings import Settings

if TYPE_CHECKING:  # redis takes a moment that --help need not
    from bot.store.fairness.shares import Share, Shares, Standing, Standings

shares = typer.Typer(help="Each server's share of the writing machine.", invoke_without_command=True)

Guild = Annotated[str, typer.Argument(help="The server's id, or `default` for all that have nothing set.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]

_NAMES = {
    "weight": "weight",
    "rounds": "at once",
    "person_rounds": "at once per person",
    "waiting": "may wait",
    "person_waiting": "may wait per person",
}


@shares.callback()
def show(context: typer.Context, as_json: AsJson = False) -> None:  # noqa: FBT002 - typer's way of a flag
    """Show what is set, and the servers that have rounds or something set."""
    if context.invoked_subcommand is None:
        _with_shares(lambda kept: _show(kept, as_json=as_json))


@shares.command("set")
def set_(  # noqa: PLR0917 - typer's way of options
    guild: Guild,
    weight: Annotated[float | None, typer.Option(help="Of the share beside others': 2 is twice.")] = None,
    rounds: Annotated[int | None, typer.Option(help="In flight while others wait; 0: any number.")] = None,
    person_rounds: Annotated[int | None, typer.Option(help="The same, of one person.")] = None,
    waiting: Annotated[int | None, typer.Option(help="Rounds that may wait; 0: any number.")] = None,
    person_waiting: Annotated[int | None, typer.Option(help="The same, of one person.")] = None,
) -> None:
    """Set what a server may have; what is not named stays as it is. It holds from the next lease on."""
    given = {
        "weight": weight,
        "rounds": rounds,
        "person_rounds": person_rounds,
        "waiting": waiting,
        "person_waiting": person_waiting,
    }
    changes: dict[str, float | None] = {name: value for name, value in given.items() if value is not None}
    if not changes:
        fail("Say what to set, as in `storyroom shares set 1234 --weight 2`.", Exit.MISCONFIGURED)
    _change(guild, changes)


@shares.command()
def unset(guild: Guild) -> None:
    """Have a server's share as by default again, or the defaults as they come."""
    _change(guild, dict.fromkeys(_NAMES))


@shares.command()
def pause(guild: Annotated[str, typer.Argument(help="The server's id.")]) -> None:
    """Begin no more rounds of a server; what is being written is, and people see why the rest waits."""
    _pause(guild, paused=True)


@shares.command()
def resume(guild: Annotated[str, typer.Argument(help="The server's id.")]) -> None:
    """Go on with the rounds of a paused server."""
    _pause(guild, paused=False)


def _change(guild: str, changes: dict[str, float | None]) -> None:
    if guild != "default":
        _check_id(guild)

    async def change(kept: Shares) -> None:
        try:
            await kept.change(guild, changes)
        except ValueError as error:
            fail(f"That cannot be set: {error}.", Exit.MISCONFIGURED)
        typer.echo(_holds(await kept.read(), guild))

    _with_shares(change)


def _pause(guild: str, *, paused: bool) -> None:
    _check_id(guild)

    async def pause(kept: Shares) -> None:
        await kept.pause(guild, paused=paused)
        typer.echo(_holds(await kept.read(), guild))

    _with_shares(pause)


def _check_id(guild: str) -> None:
    if not re.fullmatch(r"[0-9]{1,20}", guild):
        fail(
            f"{guild} is no server's id, which is a number: `storyroom shares` lists them.",
            Exit.MISCONFIGURED,
        )


def _holds(found: Standings, guild: str) -> str:
    """One line: what a server, or every one with nothing set, may have now."""
    values = dict(zip(_NAMES, _values(found.default), strict=True))
    share = next((each.share for each in found.guilds if each.guild == guild), None)
    own = share.values if share is not None else {}
    by_default = "" if guild == "default" else " (default)"
    told = [
        f"{name} {own[key]:g}" if key in own else f"{name} {values[key]:g}{by_default}"
        for key, name in _NAMES.items()
    ]
    paused = "; paused" if share is not None and share.paused else ""
    return f"{'By default' if guild == 'default' else f'Server {guild}'}: {', '.join(told)}{paused}."


def _with_shares(use: Callable[[Shares], Coroutine[Any, Any, None]]) -> None:
    carry_out(_used(settings_for(told_otherwise=True), use))


async def _used(settings: Settings, use: Callable[[Shares], Coroutine[Any, Any, None]]) -> None:
    from bot.errors import StoreUnavailable  # noqa: PLC0415 - as below
    from bot.store import connect  # noqa: PLC0415 - redis takes a moment that --help need not
    from bot.store.address import shown  # noqa: PLC0415 - as above
    from bot.store.fairness.shares import Shares  # noqa: PLC0415 - as above
    from bot.store.keys import Keys  # noqa: PLC0415 - as above

    redis = connect(settings.redis_url)
    try:
        await use(Shares(redis, keys=Keys(settings.redis_prefix)))
    except StoreUnavailable as error:
        raise StoreUnavailable(f"Redis at {shown(settings.redis_url)} does not answer") from error
    finally:
        await redis.aclose()


async def _show(kept: Shares, *, as_json: bool) -> None:
    found = await kept.read()
    if as_json:
        typer.echo(json.dumps(_object(found)))
        return
    for line in _lines(found):
        typer.echo(line)


def _object(found: Standings) -> dict[str, Any]:
    return {**found.model_dump(), "default": dict(zip(_NAMES, _values(found.default), strict=True))}


def _lines(found: Standings) -> list[str]:
    head = ["server", *_NAMES.values(), "waiting", "in flight", "ahead by", ""]
    rows = [head, ["default", *(f"{value:g}" for value in _values(found.default)), "", "", "", ""]]
    rows += [_row(each) for each in found.guilds]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    total = f"{found.waiting} rounds wait; {found.flying} are being written, {found.tokens:,} tokens at most."
    return [*(line.rstrip() for line in lines), "", total]


def _row(one: Standing) -> list[str]:
    paused = "paused" if one.share.paused else ""
    own = [f"{value:g}" if (value := getattr(one.share, name)) is not None else "·" for name in _NAMES]
    return [one.guild, *own, str(one.waiting), str(one.flying), f"{one.ahead:,.0f}", paused]


def _values(share: Share) -> list[float]:
    from bot.store.fairness.shares import DEFAULTS  # noqa: PLC0415 - as above

    return [{**DEFAULTS, **share.values}[name] for name in _NAMES]
