"""A take's streams as they came, so that a take that broke off goes on where it was.

How a take is written follows from what the server says and from nothing else. So whoever takes one up again
has the same code hear the kept streams first, which brings every draw, gap and sentence to where it was, and
asks the server only for what is still to come: the prompt, the text so far, the same seed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from bot.errors import CannotGoOn
from bot.store.partials import Partial
from bot.story.requested import Requests
from bot.story.sent import NOTHING_SENT, Sent
from bot.writing.asked import Asked
from bot.writing.catching_up import CatchingUp, nobody
from bot.writing.failures import broke_off
from bot.writing.heard import Heard, Resumed, digest
from bot.writing.prompt import Prompt
from tgi.client import Finished, TgiClient, Token
from tgi.errors import ClientError, GenerationFailed, Refused
from tgi.protocol import GenerateParameters, SimpleToken

CONTINUATIONS = 2  # of one take in one worker's hands, where its stream breaks off
_AT_ONCE = 50  # kept tokens that are heard again before others of the process have their turn


class Transcript:
    """The streams of one take, from `tgi`.

    `kept`: what another worker had of it. `continuations`: how often a stream that breaks off after its first
    token is gone on with at once. `resumed`: after how many tokens each stream is to be dropped and gone on
    with, as in a receipt. `saved` is told how many tokens need not be written again, whenever it goes on.
    `clock`: seconds, monotonic.
    """

    def __init__(
        self,
        tgi: TgiClient,
        *,
        kept: Partial | None = None,
        continuations: int = 0,
        resumed: Sequence[int] = (),
        saved: Callable[[int], None] = nobody,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tgi = tgi
        self._kept = kept
        self._continuations = continuations
        self._cuts = list(resumed)
        self._saved = saved
        self._screen = CatchingUp(clock)
        self._prompt = ""
        self._streams: list[Heard] = []
        self._behind: list[Heard] = []  # kept, and not heard again yet
        self._asked = Asked()
        self._writer: tuple[str, str | None] = ("", None)
        self._failed = False
        self.changes = 0  # grows with everything that is worth keeping

    def begin(self, prompt: Prompt) -> None:
        """Take up what is kept, if it is of this very prompt and model."""
        kept, self._kept = self._kept, None
        self._prompt = prompt.sha256
        info = prompt.info
        if kept is None or kept.failed or kept.prompt_sha256 != prompt.sha256:
            return
        if (kept.model, kept.model_revision) != (info.model_id, info.model_sha):
            return
        self._behind = [Heard.of(each) for each in kept.streams]
        self._screen.silent = bool(self._behind)
        self._writer = (kept.model, kept.model_revision)

    def forget(self) -> None:
        """Begin anew, for good: nothing is gone on with any more."""
        self._streams, self._behind, self._screen.silent = [], [], False
        self._continuations = 0

    def watching(self, watch: Callable[[str], None]) -> Callable[[str], None]:
        """As `watch`, but silent until the text is again where it was."""
        return self._screen.watching(watch)

    def seconds(self) -> float:
        """Seconds of writing, those of other workers included."""
        return self._screen.seconds()

    def catch_up(self) -> None:
        """From here on all is new: it is shown, timed and kept."""
        if not self._screen.silent:
            return
        self._behind = []
        self._screen.end()
        if self._tokens:
            self._saved(self._tokens)

    @property
    def mark(self) -> int:
        """This place, for `since`."""
        return len(self._streams)

    def since(self, mark: int) -> Resumed:
        """How what came since a place came about."""
        return Resumed.of(self._streams[mark:])

    @property
    def requests(self) -> Requests:
        """What the server was asked for the take, whichever worker asked, as far as that was kept."""
        return self._asked.requests

    def partial(self) -> Partial | None:
        """What is to be kept now; None while there is nothing, or nothing new."""
        if self._screen.silent or not self._tokens:
            return None
        self._streams[-1].until = self.seconds()
        return Partial(
            prompt_sha256=self._prompt,
            model=self._writer[0],
            model_revision=self._writer[1],
            streams=tuple(each.kept for each in self._streams),
            shown=self._screen.shown,
            failed=self._failed,
        )

    async def tokenize(self, text: str) -> list[SimpleToken]:
        """As the client's."""
        return await self._tgi.tokenize(text)

    async def stream(
        self,
        prompt: str,
        parameters: GenerateParameters,
        *,
        prompt_tokens: int | None = None,
        behind: Sent = NOTHING_SENT,
    ) -> AsyncGenerator[Token | Finished, None]:
        """As the client's, with what is kept of the stream first; `behind` is sent behind the prompt.

        Raises:
            CannotGoOn: what was kept is of no use with this server; `forget` it.
            tgi.errors.ClientError: the server failed.

        """
        heard = self._next(digest(prompt + behind.text, parameters), behind, parameters)
        heard.sent = prompt_tokens or 0
        for token in heard.told(*self._writer):
            yield token
            if token.index % _AT_ONCE == 0:
                await asyncio.sleep(0)
        if heard.refused:
            raise Refused("it was refused before")
        if heard.reason is not None:
            yield heard.finished(*self._writer)
            return
        if heard.tokens and not heard.may_go_on(parameters):
            raise CannotGoOn("the text so far is no beginning")
        self.catch_up()
        async with aclosing(self._rest(heard, prompt, behind, parameters)) as events:
            async for event in events:
                yield event

    @property
    def _tokens(self) -> int:
        return sum(len(each.tokens) for each in self._streams)

    def _next(self, asked: str, behind: Sent, parameters: GenerateParameters) -> Heard:
        """What is kept of this request; nothing, where another was made then, and nothing of those after."""
        if self._behind and self._behind[0].asked == asked:
            heard = self._behind.pop(0)
            for at in (0, *heard.resumed):
                self._asked.note(heard, at, behind, parameters)
            if not self._behind:
                heard.trim(parameters)
            self._screen.came_to(heard.until)
        else:
            self.catch_up()
            heard = Heard(asked)
        self._streams.append(heard)
        self.changes += 1
        return heard

    async def _rest(
        self, heard: Heard, prompt: str, behind: Sent, parameters: GenerateParameters
    ) -> AsyncGenerator[Token | Finished, None]:
        """What is still to come, in as many requests as it takes."""
        while True:
            had = len(heard.tokens)
            try:
                async with aclosing(self._request(heard, prompt, behind, parameters)) as events:
                    async for event in events:
                        yield event
                        if self._cuts and self._tokens == self._cuts[0]:
                            break
                    else:
                        return
                self._cuts.pop(0)
            except ClientError as error:
                if len(heard.tokens) == had or not self._goes_on(error, heard, parameters):
                    raise
                if heard.end(parameters):
                    yield heard.finished(*self._writer)
                    return
                self._saved(self._tokens)

    async def _request(
        self, heard: Heard, prompt: str, behind: Sent, parameters: GenerateParameters
    ) -> AsyncGenerator[Token | Finished, None]:
        """One request for what is still to come of a stream."""
        had = len(heard.tokens)
        self._asked.note(heard, had, behind, parameters)
        if had and heard.resumed[-1:] != [had]:
            heard.resumed.append(had)
        events = self._tgi.stream(
            prompt + behind.text + heard.text,
            heard.rest(parameters),
            prompt_tokens=heard.sent + had if heard.sent else None,
        )
        try:
            async with aclosing(events):
                async for event in events:
                    self._written_by(event, same=had > 0)
                    self._failed = False
                    self.changes += 1
                    yield heard.hear(event)
        except Refused as error:
            if had:
                raise CannotGoOn("the server does not take the text so far") from error
            heard.refused = not heard.tokens
            raise
        except GenerationFailed:
            self._failed = had > 0 and len(heard.tokens) == had
            raise
        finally:
            heard.until = self.seconds()
            self.changes += 1

    def _written_by(self, event: Token | Finished, *, same: bool) -> None:
        if event.model_id is None:
            return
        writer = (event.model_id, event.model_sha)
        if same and writer != self._writer:
            raise CannotGoOn("another model would go on")
        self._writer = writer

    def _goes_on(self, error: ClientError, heard: Heard, parameters: GenerateParameters) -> bool:
        """Whether a stream that broke off is gone on with at once."""
        if not broke_off(error) or self._continuations == 0 or not heard.may_go_on(parameters):
            return False
        self._continuations -= 1
        return True
