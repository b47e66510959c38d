"""A look, drawn for a terminal."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.top.picture import Picture

_MINUTE = 60
_HOUR = 3600
_BLOCKS = 20  # of a bar


def view(picture: Picture) -> RenderableType:
    """Everything of one look, top to bottom: the queue, who waits, the processes, TGI's servers."""
    parts: list[RenderableType] = [_head(picture)]
    if picture.guilds:
        parts.append(_guilds(picture))
    if picture.processes:
        parts.append(_processes(picture))
    if picture.endpoints:
        parts.append(_endpoints(picture))
    if not picture.processes:
        parts.append(
            Text("Workers, tokens and errors: name processes with --at HOST:PORT (docs/watching.md).", "dim")
        )
    return Group(*parts)


def _head(picture: Picture) -> Text:
    at = datetime.fromtimestamp(picture.at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    text = Text.assemble(("Story Rooms", "bold"), f"  {at}\n")
    queue = picture.queue
    if queue is None:
        text.append("Redis does not answer; `storyroom check` says more.\n", "bold red")
    else:
        text.append(f"waiting {queue.waiting}", "bold" if queue.waiting else "")
        text.append(f"  oldest {_age(queue.oldest_seconds)}  being written {queue.leased}")
        text.append(f"  paused {queue.paused}" if queue.paused else "")
        text.append(f"  put off {queue.put_off}", "yellow" if queue.put_off else "")
        text.append(f"  outboxes {queue.outboxes}")
        text.append(f"  late {queue.deadlines_late}\n", "yellow" if queue.deadlines_late else "")
    text.append(f"rooms active {_count(picture.rooms_active)}  tokens/s {_rate(picture.tokens)}")
    text.append(f"  errors/s {_rate(picture.errors)}\n", "red" if picture.errors else "")
    return text


def _guilds(picture: Picture) -> Table:
    table = _table(f"Servers that wait: {picture.guild_count}")
    for name, right in (
        ("server", 0),
        ("waiting", 1),
        ("written", 1),
        ("", 0),
        ("ahead, tokens", 1),
        ("", 0),
    ):
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    most = max(each.waiting for each in picture.guilds) or 1
    for each in picture.guilds:
        bar = "▇" * max(1 if each.waiting else 0, round(_BLOCKS * each.waiting / most))
        state = "" if each.state == "waiting" else each.state
        cells = (each.guild, str(each.waiting), str(each.writing), bar, f"{each.served:,.0f}", state)
        table.add_row(*map(Text, cells))
    return table


def _processes(picture: Picture) -> Table:
    versions = sorted({each.version for each in picture.processes if each.version})
    table = _table(f"Processes of version {' and '.join(versions)}" if versions else "Processes")
    for name in ("process", "does", "rooms", "tok/s", "rounds/s", "err/s", "lag", "memory", "shards"):
        table.add_column(name, justify="left" if name in ("process", "does") else "right", no_wrap=True)
    for each in picture.processes:
        if not each.answers:
            table.add_row(Text(each.address), Text("away", "bold red"))
            continue
        shards = "" if each.shards_wanted is None else f"{each.shards_ready}/{each.shards_wanted}"
        memory = "" if each.memory_bytes is None else f"{each.memory_bytes / 1_000_000:.0f} MB"
        lag = "" if each.lag_seconds is None else f"{1000 * each.lag_seconds:.0f} ms"
        cells = (
            *(each.address, each.role or "", _count(each.rooms_active)),
            *(_rate(each.tokens), _rate(each.rounds), _rate(each.errors), lag, memory, shards),
        )
        table.add_row(*map(Text, cells))
    return table


def _endpoints(picture: Picture) -> Table:
    table = _table("TGI servers")
    for name in ("server", "used by", "running", "to write", "asked/s", "failed/s"):
        table.add_column(name, justify="left" if name == "server" else "right", no_wrap=True)
    for each in picture.endpoints:
        style = "" if each.closed == each.processes else "bold red" if not each.closed else "yellow"
        table.add_row(
            Text(each.endpoint),
            Text(f"{each.closed} of {each.processes}", style),
            *map(
                Text,
                (str(each.running), f"{each.outstanding:,}", _rate(each.requests), _rate(each.failures)),
            ),
        )
    return table


def _table(title: str) -> Table:
    return Table(
        title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 1)
    )


def _age(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.1f} h"


def _rate(value: float | None) -> str:
    return "?" if value is None else f"{value:,.1f}"


def _count(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"
