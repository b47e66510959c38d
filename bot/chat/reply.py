"""The answer to one interaction, given once and in time.

Discord waits three seconds. Whatever is not answered by then is deferred first, for the person alone, and
answered afterwards; callers need not know which of the two happened. Nobody is ever pinged by it.

An answer that Discord takes no more, because it is too late or another delivery of the same interaction was
answered, is logged and let go: what was done stays done, and the rest of it is still to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import discord
import structlog
from discord import Interaction, InteractionType
from discord.ui import Modal
from discord.utils import MISSING

from bot.chat.live.posts import AGAIN_SECONDS, BROKEN_OFF, NOT_SHOWN, sent_again
from bot.chat.render.shown import Shown

LATE_SECONDS = 1.5  # then the interaction is deferred; half of what Discord grants

_TOO_LATE = 10062  # unknown interaction: three seconds passed
_ANSWERED = 40060  # already acknowledged, by another delivery, which says the same


class TooLateToAsk(Exception):
    """A modal can only be the first answer, and that was spent on asking for time."""


class Reply:
    """Answers one interaction; an async context manager that watches the clock."""

    def __init__(self, interaction: Interaction, *, late: float = LATE_SECONDS) -> None:
        self._interaction = interaction
        self._late = late
        self._lock = asyncio.Lock()
        self._deferred = False
        self._said = False
        self._lost: int | None = None  # the code with which Discord took no answer
        self._taken = False  # Discord has the answer, though its reply to it was lost
        self._watch: asyncio.Task[None] | None = None
        self._log = structlog.get_logger(__name__).bind(operation=str(interaction.id))

    async def __aenter__(self) -> Self:
        """Start to watch the clock."""
        self._watch = asyncio.create_task(self._defer_late(), name=f"defer-{self._interaction.id}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""
        watch, self._watch = self._watch, None  # nothing that refers to itself is left for a collection
        if watch is not None:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def private(self, shown: Shown, *, files: Sequence[discord.File] = ()) -> None:
        """Answer the person alone."""
        async with self._lock:
            response = self._interaction.response
            files = list(files)
            twice = self._once if files else sent_again  # what was read for one request is not there for two
            if self._is_done and self._thinking and not self._said:
                edited = {"attachments": files, **shown.edited()}
                await twice(lambda: self._interaction.edit_original_response(**edited))
            else:
                sent = {"files": files or MISSING, **shown.sent(), "ephemeral": True}
                if self._is_done:
                    await twice(lambda: self._interaction.followup.send(**sent))
                else:
                    await self._first(lambda: response.send_message(**sent), again=not files)
            self._said = True

    async def public(self, shown: Shown) -> None:
        """Answer before everybody in the channel."""
        async with self._lock:
            if not self._is_done:
                response = self._interaction.response
                await self._first(lambda: response.send_message(**shown.sent()))
                if self._lost == _TOO_LATE:
                    await self._post(shown)
            else:
                await self._post(shown)
            self._said = True

    async def silent(self) -> None:
        """Acknowledge; what there is to see shows elsewhere."""
        async with self._lock:
            response = self._interaction.response
            if self._is_done:
                await self._clear()
            elif self._interaction.message is not None:
                await self._first(response.defer)
            elif await self._first(lambda: response.defer(ephemeral=True, thinking=True)):
                await self._delete_answer()
            self._said = True

    async def leave(self) -> None:
        """Say nothing: another process answers. A sign of patience that was given already is taken back."""
        async with self._lock:
            if self._is_done:
                await self._clear()
            self._said = True

    async def update(self, shown: Shown) -> None:
        """Change the message whose component was used, which the person alone sees."""
        async with self._lock:
            response = self._interaction.response
            if self._is_done:
                await sent_again(lambda: self._interaction.edit_original_response(**shown.edited()))
            else:
                await self._first(lambda: response.edit_message(**shown.edited()))
            self._said = True

    async def in_place(self, shown: Shown) -> None:
        """Show it where a component of the person's own message was used, else answer the person alone."""
        message = self._interaction.message
        if message is not None and message.flags.ephemeral:
            await self.update(shown)
        else:
            await self.private(shown)

    async def ask(self, modal: Modal) -> None:
        """Answer with a modal. It cannot follow a defer, so nothing slow may come before it.

        Raises:
            TooLateToAsk: something was slow all the same.

        """
        async with self._lock:
            modal.stop()  # its submission is read by its custom id: discord.py need not remember it
            response = self._interaction.response
            if self._is_done:
                raise TooLateToAsk
            await self._first(lambda: response.send_modal(modal))
            self._said = True

    @property
    def _thinking(self) -> bool:
        return self._deferred and self._interaction.type is not InteractionType.component

    @property
    def _is_done(self) -> bool:
        return self._taken or self._interaction.response.is_done()

    async def _first(self, answer: Callable[[], Awaitable[object]], *, again: bool = True) -> bool:
        """Give the first answer, `again` if the connection breaks off; whether Discord took it."""
        if self._lost:
            return False
        pauses = list(AGAIN_SECONDS) if again else []
        broke_off = False
        while True:
            try:
                await answer()
            except discord.HTTPException as error:
                if error.code == _ANSWERED and broke_off:  # by the one before: only Discord's reply was lost
                    self._taken = True
                    return True
                if error.code not in (_TOO_LATE, _ANSWERED):
                    raise
                self._lost = error.code
                self._log.warning("answer_lost", status=error.status, code=error.code)
                return False
            except BROKEN_OFF:
                if not pauses:
                    raise
                broke_off = True
                await asyncio.sleep(pauses.pop(0))
            else:
                return True

    @staticmethod
    async def _once(call: Callable[[], Awaitable[object]]) -> object:
        return await call()

    async def _post(self, shown: Shown) -> None:
        """An ordinary message, once, whatever is delivered twice."""
        channel = self._interaction.channel
        if isinstance(channel, discord.abc.Messageable):
            nonce = str(self._interaction.id)
            await sent_again(lambda: channel.send(**shown.sent(), nonce=nonce))
        await self._clear()

    async def _clear(self) -> None:
        if self._thinking and not self._said:
            await self._delete_answer()

    async def _delete_answer(self) -> None:
        with suppress(discord.NotFound):  # by a request before this one
            await sent_again(self._interaction.delete_original_response)

    async def _defer_late(self) -> None:
        await asyncio.sleep(self._late)
        async with self._lock:
            if self._is_done:
                return
            response = self._interaction.response
            try:
                if self._interaction.type is InteractionType.component:
                    self._deferred = await self._first(response.defer)
                else:
                    self._deferred = await self._first(lambda: response.defer(ephemeral=True, thinking=True))
            except NOT_SHOWN as error:
                self._log.warning("not_deferred", error=type(error).__name__)
