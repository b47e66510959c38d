"""Keeps what is sent for a round beside its room; a round is written where that fails, too."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from bot.errors import StoreError
from bot.story.requested import Requests
from bot.story.rounds import Receipt
from bot.writing.origins import sent_of
from bot.writing.patience import patiently
from bot.writing.ports import Rooms
from bot.writing.prompt import Prompt

_log = structlog.get_logger(__name__)


async def keep_prompts(rooms: Rooms, room: str, round_number: int, prompts: Iterable[Prompt]) -> None:
    """Keep the prompts of a round's takes."""
    try:
        for sent in {prompt.sha256: sent_of(prompt.fitted) for prompt in prompts}.values():
            await rooms.keep_sent(room, sent)
    except StoreError as error:
        _log.warning("writing.sent_not_kept", room=room, round=round_number, failure=error.code)


async def keep_requests(
    rooms: Rooms, room: str, round_number: int, receipt: Receipt, requests: Requests
) -> None:
    """Keep the requests of a take that is about to be recorded; where Redis is away, once it is back."""
    try:
        await patiently(lambda: rooms.keep_requests(room, receipt, requests), what="keep a take's requests")
    except StoreError as error:
        _log.warning("writing.requests_not_kept", room=room, round=round_number, failure=error.code)
