"""One text that is being written or read: what was asked, where it stands, and who waits for it.

Made on the event loop's thread, changed on the model's; between the two goes only what `Inbox` hands over,
and `closed`, which the one sets and the other reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tgi.errors import EngineFailed
from tgi.server.engine import Dials, GeneratedToken
from tgi.server.engine.transformers.grammar import Grammar
from tgi.server.engine.vocabulary import WholeCharacters

News = GeneratedToken | list[float | None] | EngineFailed
"""A token, the log-probabilities of a prompt, or why there will be neither."""


class Inbox:
    """News on its way to whoever waits for it; made and read on the loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._news: asyncio.Queue[News] = asyncio.Queue()

    def put(self, news: News) -> None:
        """Take news, on the loop."""
        self._news.put_nowait(news)

    async def next(self) -> News:
        """Wait for news, and return it.

        Raises:
            EngineFailed: the news is that it broke.

        """
        news = await self._news.get()
        if isinstance(news, EngineFailed):
            raise news
        return news


@dataclass(eq=False)
class Text:
    """A prompt and what follows it; with a `limit` of 0 only the prompt's log-probabilities are wanted.

    `tokens` are those of the prompt and the text; the model has read the first `read` of them. `generator`
    draws, or is None where the likeliest is taken.
    """

    tokens: list[int]
    dials: Dials
    limit: int
    inbox: Inbox
    grammar: Grammar | None = None
    generator: Any = None  # PyTorch's
    closed: bool = False
    read: int = 0
    characters: WholeCharacters = field(default_factory=WholeCharacters)
    prompt_logprobs: list[float | None] = field(default_factory=lambda: [None])

    def __post_init__(self) -> None:
        """Remember where the prompt ends."""
        self.prompt_length = len(self.tokens)

    @property
    def unread(self) -> Sequence[int]:
        """The tokens of the prompt that the model has not read."""
        return self.tokens[self.read : self.prompt_length]

    @property
    def written(self) -> int:
        """How many tokens follow the prompt."""
        return len(self.tokens) - self.prompt_length
