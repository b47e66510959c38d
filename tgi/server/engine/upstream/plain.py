"""Any other server with OpenAI's `POST /v1/completions`: text in, text out, and a tokenizer of our own.

Such servers tell no token ids, so the folder named with --tokenizer is the model's vocabulary here. Where
log-probabilities come with the text, they tell the tokens apart. Where they do not, each piece of the text is
tokenized again: its ids are those that the tokenizer would choose, and not always those that were drawn, and
its log-probabilities are unknown. What such a server counts may then be short of a limit; the rest is asked
for in a further request. Only OpenAI's own fields are promised, since servers ignore what they do not know.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from http import HTTPStatus
from itertools import product
from typing import Any, Final

from tgi.errors import EngineFailed, NoUpstream
from tgi.server.engine import ChatTemplate, Dials, GeneratedToken, TextToken
from tgi.server.engine.tokenizer import LocalTokenizer
from tgi.server.engine.upstream.abilities import ABILITIES, PLAIN
from tgi.server.engine.upstream.dialect import Asked, need, no_tokens
from tgi.server.engine.upstream.wire import Refused
from tgi.server.engine.vocabulary import WholeCharacters

_SEEDS: Final = 2**63
_ENDS: Final = ("stop", "eos_token", "eos")
"""OpenAI's word, and TGI's, for the end of the text."""
_LIMIT: Final = "length"
_TRIED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_BYTES: Final = "bytes:"
"""How OpenAI writes a part of a character: `bytes:\\xe4`."""


class Plain:
    """One such server; `ids` and `logprobs` tell whether it takes token ids and tells log-probabilities."""

    name = PLAIN
    adapters: frozenset[str] = frozenset()
    abilities = ABILITIES[PLAIN]

    def __init__(
        self, asked: Asked, tokenizer: LocalTokenizer, eos: int, *, ids: bool, logprobs: bool
    ) -> None:
        self._wire = asked.wire
        self._model = asked.model
        self._tokenizer = tokenizer
        self._eos = eos
        self._takes_ids = ids
        self._tells = logprobs
        self.exact = logprobs
        self.context = asked.model.context

    @classmethod
    async def open(cls, asked: Asked) -> Plain:
        """Ask for one token, to learn what it takes and tells.

        Raises:
            NoUpstream: there is no tokenizer for it, or it does not complete.
            EngineFailed: it does not answer.

        """
        tokenizer = asked.tokenizer
        if tokenizer is None:
            raise no_tokens(asked.wire.address, "is none of vLLM, SGLang and llama.cpp")
        if tokenizer.eos is None:
            raise NoUpstream("The tokenizer's folder does not name the eos_token (tokenizer_config.json).")
        refused: Refused | None = None
        for ids, logprobs in product((True, False), repeat=2):
            opened = cls(asked, tokenizer, tokenizer.eos, ids=ids, logprobs=logprobs)
            prompt = [token.id for token in tokenizer.tokenize("a", add_special=True)]
            body = opened._body(prompt, Dials(greedy=True), 1)
            try:
                told = await asked.wire.post("/v1/completions", body | {"stream": False})
            except Refused as error:
                if error.status not in _TRIED:
                    raise
                refused = error
                continue
            opened.exact = opened._tells = bool(
                (need(told, "choices", 0).get("logprobs") or {}).get("tokens")
            )
            return opened
        raise NoUpstream(f"{refused}.")

    @property
    def chat_template(self) -> ChatTemplate | None:
        """The folder's."""
        return self._tokenizer.chat_template

    async def tokenize(self, text: str, *, add_special: bool) -> list[TextToken]:
        """See `Engine.tokenize`."""
        return self._tokenizer.tokenize(text, add_special=add_special)

    async def prefill(self, prompt: Sequence[int], dials: Dials) -> list[float | None]:  # noqa: ARG002 - refused
        """Refuse: OpenAI's completions tell nothing of the prompt without writing."""
        raise EngineFailed("the upstream does not tell a prompt's log-probabilities")

    async def stream(self, prompt: Sequence[int], dials: Dials, limit: int) -> AsyncGenerator[GeneratedToken]:
        """See `Dialect.stream`."""
        characters = WholeCharacters()
        ended = False
        events = self._wire.events("/v1/completions", self._body(prompt, dials, limit))
        async with aclosing(events):
            async for event in events:
                for choice in event.get("choices") or ():
                    for id_, logprob in self._told(choice):
                        special = self._tokenizer.is_special(id_)
                        ended = id_ == self._eos
                        piece = self._tokenizer.piece(id_)
                        text = piece.decode(errors="replace") if special else characters.feed(piece)
                        yield GeneratedToken(id_, text, logprob, special=special, ends=ended)
                        if ended:
                            return
                    reason = choice.get("finish_reason")
                    if reason in _ENDS:
                        name = self._tokenizer.piece(self._eos).decode(errors="replace")
                        yield GeneratedToken(self._eos, name, None, special=True, ends=True)
                    if reason in _ENDS or reason == _LIMIT:
                        return
                    if reason:
                        raise EngineFailed(f"the upstream broke off ({reason})")
        raise EngineFailed(f"the upstream at {self._wire.address} broke off")

    def _told(self, choice: Mapping[str, Any]) -> list[tuple[int, float | None]]:
        """Find the ids of a chunk, with their log-probabilities where those are told."""
        told = choice.get("logprobs") or {}
        text = str(choice.get("text") or "")
        names, values = told.get("tokens") or (), told.get("token_logprobs") or ()
        ids = [self._tokenizer.id_of(_piece(str(name))) for name in names]
        if ids and len(values) == len(ids) and None not in ids:
            return [(id_, value) for id_, value in zip(ids, values, strict=True) if id_ is not None]
        return [(token.id, None) for token in self._tokenizer.tokenize(text, add_special=False)]

    def _body(self, prompt: Sequence[int], dials: Dials, limit: int) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model.id,
            "prompt": list(prompt) if self._takes_ids else self._tokenizer.text(prompt),
            "max_tokens": limit,
            "stream": True,
            "temperature": 0.0 if dials.greedy else dials.temperature,
        }
        if self._tells:
            body["logprobs"] = 1
        if not dials.greedy:
            body["seed"] = dials.seed % _SEEDS
        if dials.top_p is not None and not dials.greedy:
            body["top_p"] = dials.top_p
        if dials.frequency_penalty:
            body["frequency_penalty"] = dials.frequency_penalty
        return body


def _piece(name: str) -> bytes:
    if not name.startswith(_BYTES):
        return name.encode()
    return name.removeprefix(_BYTES).encode("latin-1", "ignore").decode("unicode_escape").encode("latin-1")
