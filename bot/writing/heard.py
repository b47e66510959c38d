"""One request's stream as far as it was heard, and what it takes to go on from there.

Pure. A text goes on as the prompt with the text behind it, the same seed, and as many tokens fewer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from bot.store.partials import Streamed
from bot.writing.grammars import CHINESE_TEXT
from tgi.client import Finished, Token
from tgi.protocol import FinishReason, GenerateParameters

# Of the grammars that takes are held to, those of which any rest is one of them again.
_GOES_ON = frozenset({CHINESE_TEXT})
_UNFINISHED = "\ufffd"  # stands for the first bytes of a character that is still to come


@dataclass
class Heard:
    """A stream; fields as in `bot.store.partials.Streamed`. `sent`: tokens of what was asked, if known."""

    asked: str
    tokens: list[str] = field(default_factory=list)
    special: list[int] = field(default_factory=list)
    whole: str | None = None
    reason: str | None = None
    resumed: list[int] = field(default_factory=list)
    until: float = 0.0
    refused: bool = False
    sent: int = 0

    @classmethod
    def of(cls, stored: Streamed) -> Self:
        """What was kept."""
        return cls(
            asked=stored.asked,
            tokens=list(stored.tokens),
            special=list(stored.special),
            whole=stored.text,
            reason=stored.reason,
            resumed=list(stored.resumed),
            until=stored.until,
            refused=stored.refused,
        )

    @property
    def kept(self) -> Streamed:
        """To be kept."""
        return Streamed(
            asked=self.asked,
            tokens=tuple(self.tokens),
            special=tuple(self.special),
            text=self.whole,
            reason=self.reason,
            resumed=tuple(self.resumed),
            until=round(self.until, 3),
            refused=self.refused,
        )

    @property
    def text(self) -> str:
        """What was written so far."""
        if not self.special:
            return "".join(self.tokens)
        return self.text_to(len(self.tokens))

    def text_to(self, end: int) -> str:
        """What its first so many tokens say."""
        return "".join(self._plain(0, end))

    def hear(self, event: Token | Finished) -> Token | Finished:
        """Take in what came; the same, as part of the whole stream."""
        if isinstance(event, Token):
            self.tokens.append(event.text)
            if event.special:
                self.special.append(len(self.tokens) - 1)
            return event
        begun = self.resumed[-1] if self.resumed else 0
        whole = self.text_to(begun) + event.generated_text
        self.whole = None if whole == self.text else whole
        self.reason = event.finish_reason.value
        return self.finished(event.model_id, event.model_sha, tokens=begun + event.generated_tokens)

    def told(self, model: str, revision: str | None) -> Iterator[Token]:
        """Its tokens again; their ids are not known any more."""
        for at, text in enumerate(self.tokens):
            special = at in self.special
            yield Token(at + 1, 0, text, special=special, model_id=model, model_sha=revision)

    def finished(self, model: str, revision: str | None, *, tokens: int | None = None) -> Finished:
        """Its last event."""
        return Finished(
            generated_text=self.text if self.whole is None else self.whole,
            finish_reason=FinishReason(self.reason or ""),
            generated_tokens=len(self.tokens) if tokens is None else tokens,
            model_id=model,
            model_sha=revision,
        )

    def end(self, parameters: GenerateParameters) -> bool:
        """Whether it has come to its end, though the server had not said so yet."""
        if parameters.max_new_tokens is not None and len(self.tokens) >= parameters.max_new_tokens:
            self.reason = FinishReason.LENGTH.value
        elif any(stop in self.text for stop in parameters.stop):
            self.reason = FinishReason.STOP_SEQUENCE.value
        return self.reason is not None

    def may_go_on(self, parameters: GenerateParameters) -> bool:
        """Whether a model that is sent the text so far goes on as it would have."""
        grammar = parameters.grammar
        if grammar is not None and grammar.value not in _GOES_ON:
            return False
        return bool(self.text) and not self._ends_badly()

    def trim(self, parameters: GenerateParameters) -> None:
        """Take back what cannot be gone on from: the last tokens, or all under a grammar of one beginning."""
        if self.end(parameters):
            return
        while self.tokens and (self._ends_badly() or self.tokens[-1].isspace()):
            self._drop()
        if self.tokens and not self.may_go_on(parameters):
            self.tokens, self.special = [], []
        self.resumed = [at for at in self.resumed if at <= len(self.tokens)]

    def rest(self, parameters: GenerateParameters, at: int | None = None) -> GenerateParameters:
        """How the server is to go on, now or behind so many tokens: the same, but for what is written."""
        written = len(self.tokens) if at is None else at
        most = parameters.max_new_tokens
        if not written or most is None:
            return parameters
        return parameters.model_copy(update={"max_new_tokens": most - written})

    def _ends_badly(self) -> bool:
        """Within a character, or with a token that is no text: an end that was not heeded."""
        return len(self.tokens) - 1 in self.special or self.text.endswith(_UNFINISHED)

    def _drop(self) -> None:
        self.tokens.pop()
        if self.special and self.special[-1] == len(self.tokens):
            self.special.pop()

    def _plain(self, start: int, end: int) -> Iterator[str]:
        return (self.tokens[at] for at in range(start, end) if at not in self.special)


@dataclass(frozen=True, slots=True)
class Resumed:
    """How a text came about. `at`: after how many of its tokens it was gone on with, in order.

    `tokens`: those that were sent again behind the prompt; `sent`: all that was sent again.
    """

    at: tuple[int, ...] = ()
    tokens: int = 0
    sent: int = 0

    @classmethod
    def of(cls, streams: Sequence[Heard]) -> Self:
        """Of a text that these streams brought."""
        at: list[int] = []
        total = tokens = sent = 0
        for each in streams:
            at += [total + count for count in each.resumed]
            tokens += sum(each.resumed)
            sent += len(each.resumed) * each.sent + sum(each.resumed)
            total += len(each.tokens)
        return cls(tuple(at), tokens, sent)


UNBROKEN = Resumed()


def digest(prompt: str, parameters: GenerateParameters) -> str:
    """What tells one request from another: 32 hexadecimal digits of the SHA-256 of all that is sent."""
    sent = f"{parameters.model_dump_json()}\n{prompt}"
    return hashlib.sha256(sent.encode()).hexdigest()[:32]
