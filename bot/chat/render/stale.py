"""What rests on cards that changed: a draft's line, with Redo and Still fine, and a round's lines."""

from __future__ import annotations

from collections.abc import Iterator

from discord import ButtonStyle
from discord.ui import Button, View

from bot.chat.render.components import button
from bot.chat.render.quoting import quoted_line
from bot.story.room import Draft, Room, RoomStatus
from bot.story.rounds import Round, RoundStatus
from bot.story.stale import Cause, Reason, stale_of, stale_round
from bot.words import Words

_ROUND_LINES = 3  # of reasons on a round's message


def stale_line(room: Room, draft: Draft, say: Words) -> str | None:
    """Why a draft is stale, in one line; None where it is not."""
    reasons = stale_of(room, draft)
    if not reasons:
        return None
    line = f"⚠️ {_said(room, reasons[0], say, f'stale.{reasons[0].cause}', draft=draft.number)}"
    return f"{line} {say.count('stale.more', len(reasons) - 1)}" if len(reasons) > 1 else line


def stale_row(room: Room, draft: Draft, say: Words) -> tuple[list[Button[View]], ...]:
    """The row to redo a stale draft alone or to keep it; none where it is not stale, or settled."""
    if room.status is not RoomStatus.OPEN or not stale_of(room, draft):
        return ()
    row = [button(say, room, "card_fine", draft.number)]
    if draft.round is not None:
        row.insert(0, button(say, room, "card_redo", draft.round, style=ButtonStyle.primary))
    return (row,)


def round_lines(room: Room, one: Round, say: Words) -> Iterator[str]:
    """What a round's message says of its cards: what changed or went meanwhile, what had no place."""
    if one.status is RoundStatus.OPEN:
        return
    keys = {
        Cause.CHANGED: "stale.round_changed",
        Cause.TOLD: "stale.round_told",
        Cause.WITHDRAWN: "stale.round_withdrawn",
        Cause.FRAME: "stale.round_frame",
    }
    reasons = sorted(stale_round(room, one), key=lambda each: each.cause is not Cause.WITHDRAWN)
    for reason in reasons[:_ROUND_LINES]:
        yield f"-# ⚠️ {_said(room, reason, say, keys[reason.cause])}"
    if len(reasons) > _ROUND_LINES:
        yield f"-# {say.count('stale.more', len(reasons) - _ROUND_LINES)}"
    if left_out := max((take.receipt.left_out for take in one.takes), default=0):
        yield f"-# {say.count('stale.left_out', left_out)}"


def _said(room: Room, reason: Reason, say: Words, key: str, **values: object) -> str:
    who = quoted_line(room.name_of(reason.by), 40) if reason.by else ""
    kind = say.say(f"kind.{reason.kind}") if reason.kind else ""
    return say.say(key, number=reason.number, kind=kind, who=who, **values)
