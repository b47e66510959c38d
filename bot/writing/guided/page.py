"""The text as far as it is kept: where its words came from, what is shown of it, and what still fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.story.sent import NOTHING_SENT, Origin, Sent
from bot.writing import trim
from bot.writing.prompt import Prompt


@dataclass
class Page:
    """What stands behind the opening. `watch` is told the text so far, opening included."""

    prompt: Prompt
    watch: Callable[[str], None]
    written: str = ""
    behind: Sent = NOTHING_SENT  # what is written, with where it came from
    _used: int = 0  # tokens of what is written, at most

    def keep(self, sentence: str, tokens: int, *, given: str, stop: str = "") -> None:
        """Have a sentence in the text. `given`: its first words, put there; `stop`: an end put to it."""
        self.written += sentence
        heard = sentence.removesuffix(stop)
        lead = given[: len(heard)]
        own = heard[len(lead) :]
        self.behind = self.behind.then(lead, Origin.LEAD).then(own, Origin.WRITTEN).then(stop, Origin.LEAD)
        self._used += tokens
        self.show()

    def show(self, heard: str = "") -> None:
        """Show what is written, and what is heard of the next sentence."""
        document = self.prompt.document
        self.watch(trim.so_far(document.program, document.opening, self.written + heard))

    @property
    def whole(self) -> str:
        """The text, opening included, with its end as it is to stand."""
        document = self.prompt.document
        return trim.finish(document.program, document.opening, self.written, cut_short=False)

    @property
    def tokens(self) -> int:
        """How many tokens the prompt and what is written take, at most."""
        return self.prompt.fitted.tokens + self._used

    def tokens_left(self, prefix: str) -> int:
        """How many tokens the server's window still takes behind the prompt, the text and a prefix."""
        sent = self.tokens + len(prefix.encode())
        info = self.prompt.info
        return 0 if sent >= info.max_input_tokens else info.max_total_tokens - sent
