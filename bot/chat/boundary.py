"""The one place where errors and refusals become words, for the person alone.

Every interaction is answered through `answer`. What a person typed is given back to them when it could not be
kept. An unexpected error is logged with its traceback and shown as a number to ask about, never as itself.
"""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import discord
import structlog
from discord import Interaction

from bot.chat.desk import Desk
from bot.chat.live.posts import NOT_SHOWN, passes
from bot.chat.permissions import missing_permissions
from bot.chat.render.quoting import fenced
from bot.chat.render.shown import MESSAGE_LIMIT, Shown
from bot.chat.reply import Reply, TooLateToAsk
from bot.chat.turn import DoneElsewhere, Refused, Told, Turn
from bot.errors import StoryroomError
from bot.story.refusals import NoSuchRoom
from bot.story.text import clean
from bot.telemetry.counted.chat import Acted

Action: TypeAlias = Callable[[Turn], Awaitable[None]]

_GONE = (10003, 10008)  # unknown channel, unknown message


async def answer(interaction: Interaction, desk: Desk, action: Action) -> None:
    """Act on an interaction and answer it, whatever happens, if it is this process's to answer."""
    with desk.gate.answering(interaction.guild_id, interaction.id) as fence:
        if fence is not None:
            await _named(interaction, desk, action, fence)


async def _named(interaction: Interaction, desk: Desk, action: Action, fence: int) -> None:
    """Answer; whatever is logged or traced meanwhile names the operation and the room."""
    names = {"operation": str(interaction.id), "room": str(interaction.channel_id)}
    kind = interaction.type.name
    with (
        structlog.contextvars.bound_contextvars(**names, kind=kind),
        desk.telemetry.traces.span("interaction", **names, kind=kind) as span,
    ):
        outcome = await _answer(interaction, desk, action, fence)
        span.tell(outcome=outcome)
    desk.telemetry.metrics.interactions.acted(outcome)


async def _answer(interaction: Interaction, desk: Desk, action: Action, fence: int) -> Acted:
    log = structlog.get_logger(__name__)
    async with Reply(interaction) as reply:
        turn = Turn(interaction, desk, reply, fence)
        try:
            try:
                await action(turn)
            except DoneElsewhere:
                log.info("gateway.done_elsewhere")
                await reply.leave()
            except Exception as error:  # noqa: BLE001 - the person is told of whatever it is
                await _explain(turn, error, log)
                return _outcome_of(error)
        except NOT_SHOWN as error:
            log.warning("not_explained", error=type(error).__name__, code=getattr(error, "code", None))
            return "unexplained"
    return "done"


def _outcome_of(error: Exception) -> Acted:
    match error:
        case Refused():
            return "refused"
        case Told() | TooLateToAsk():
            return "told"
        case StoryroomError():
            return "failed"
        case discord.Forbidden():
            return "forbidden"
        case discord.HTTPException() if error.code in _GONE:
            return "told"
    return "failed" if passes(error) else "unexpected"


async def _explain(turn: Turn, error: Exception, log: structlog.typing.FilteringBoundLogger) -> None:
    text = _words_for(turn, error, log)
    files: list[discord.File] = []
    if clean(turn.typed):
        text, files = _with_typed(turn, text)
    await turn.reply.private(Shown(text=text), files=files)
    if isinstance(error, Refused) and isinstance(error.refusal, NoSuchRoom):
        await _strip_buttons(turn)


def _words_for(turn: Turn, error: Exception, log: structlog.typing.FilteringBoundLogger) -> str:
    say = turn.words
    if isinstance(error, TooLateToAsk):
        log.warning("too_late_to_ask")
        error = Told("error.too_late_to_ask")
    match error:
        case Refused():
            log.info("refused", code=error.refusal.code)
            return say.say(f"refusal.{error.refusal.code}", **error.refusal.values())
        case Told():
            return say.say(error.key, **error.values)
        case StoryroomError():
            log.warning("failed", code=error.code)
            return say.say(f"error.{error.code}", reference=turn.operation)
        case discord.Forbidden():
            log.warning("forbidden", code=error.code)
            return say.say("error.no_permission", permissions=missing_permissions(turn.interaction, say))
        case discord.HTTPException() if error.code in _GONE:
            return say.say("error.gone")
    if passes(error):
        log.warning("discord_away", error=type(error).__name__)
    else:
        log.error("unexpected", exc_info=error)
    key = "error.discord_away" if passes(error) else "error.unexpected"
    return say.say(key, reference=turn.operation)


def _with_typed(turn: Turn, text: str) -> tuple[str, list[discord.File]]:
    """Give a person's words back: in the message where they fit, as a file where not."""
    text = f"{text}\n{turn.words.say('error.your_words')}"
    whole = f"{text}\n{fenced(turn.typed)}"
    if len(whole) <= MESSAGE_LIMIT:
        return whole, []
    return text, [discord.File(io.BytesIO(turn.typed.encode()), filename="your-words.txt")]


async def _strip_buttons(turn: Turn) -> None:
    """Take the buttons off a message whose room is gone, so that nobody presses them again."""
    message = turn.interaction.message
    if message is None or message.flags.ephemeral:
        return
    try:
        await message.edit(view=None)
    except discord.HTTPException as error:
        structlog.get_logger(__name__).info("stale_buttons_stay", code=error.code)
