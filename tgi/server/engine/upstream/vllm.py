"""vLLM's OpenAI server: `POST /v1/completions` with its extra fields.

Sources: vllm/entrypoints/openai/completion/{protocol,serving}.py (fields, chunks),
vllm/entrypoints/serve/tokenize/ (`/tokenize`, `/detokenize`), docs/features/structured_outputs.md (the
`guided_*` fields ended with 0.12.0). Its log-probabilities are the model's own, before the dials, unless it
was started with `--logprobs-mode processed_logprobs`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Final

from tgi.errors import EngineFailed
from tgi.server.engine import Ability, ChatTemplate, Dials, GeneratedToken, RankedToken, TextToken
from tgi.server.engine.text import pieces, share
from tgi.server.engine.upstream.abilities import ABILITIES, VLLM
from tgi.server.engine.upstream.dialect import Asked, added_tokens, is_ids, likeliest, need
from tgi.server.engine.upstream.wire import Refused

_ID: Final = "token_id:"
_STRUCTURED: Final = (0, 12)
"""The version from which on grammars are `structured_outputs`."""
_NEWEST: Final = (999,)
_SEEDS: Final = 2**63
"""Seeds are signed 64-bit numbers."""


class Vllm:
    """One vLLM server."""

    name = VLLM
    exact = True

    def __init__(self, asked: Asked, version: tuple[int, ...] | None, special: frozenset[int]) -> None:
        self._wire = asked.wire
        self._model = asked.model
        self._tokenizer = asked.tokenizer
        self._version = version
        self._special = set(special)
        self._alone: dict[int, str] = {}
        self.adapters = frozenset(card.id for card in asked.cards if card.parent is not None)
        self.context = asked.model.context
        lacking: set[Ability] = {"grammar.json", "grammar.regex"} if version is None else set()
        if not self.adapters:
            lacking.add("adapter_id")
        self.abilities = ABILITIES[VLLM] - lacking

    @classmethod
    async def open(cls, asked: Asked) -> Vllm:
        """Ask for its version, and how it tokenizes.

        Raises:
            NoUpstream, EngineFailed: as for `added_tokens`.

        """
        return cls(asked, await _version(asked), await added_tokens(asked))

    @property
    def chat_template(self) -> ChatTemplate | None:
        """The folder's; vLLM does not tell its own."""
        return None if self._tokenizer is None else self._tokenizer.chat_template

    async def tokenize(self, text: str, *, add_special: bool) -> list[TextToken]:
        """See `Engine.tokenize`."""
        if self._tokenizer is not None:
            return self._tokenizer.tokenize(text, add_special=add_special)
        told = await self._wire.post(
            "/tokenize",
            {
                "model": self._model.id,
                "prompt": text,
                "add_special_tokens": add_special,
                "return_token_strs": True,
            },
        )
        ids, names = need(told, "tokens"), told.get("token_strs")
        if not is_ids(ids):
            raise EngineFailed("the upstream's tokens are no ids")
        if not isinstance(names, list) or len(names) != len(ids):  # before 0.9.2
            names = await self._texts(ids)
        return [TextToken(id_, piece) for id_, piece in zip(ids, pieces(text, names), strict=True)]

    async def prefill(self, prompt: Sequence[int], dials: Dials) -> list[float | None]:
        """See `Engine.prefill`."""
        body = self._body(prompt, Dials(greedy=True, adapter_id=dials.adapter_id), 1)
        told = await self._wire.post("/v1/completions", body | {"stream": False, "prompt_logprobs": 0})
        listed = need(told, "choices", 0, "prompt_logprobs")
        if not isinstance(listed, list) or len(listed) != len(prompt):
            raise EngineFailed("the upstream does not tell the prompt's log-probabilities")
        return [
            None if entry is None else float(need(entry, str(id_), "logprob"))
            for id_, entry in zip(prompt, listed, strict=True)
        ]

    async def stream(self, prompt: Sequence[int], dials: Dials, limit: int) -> AsyncGenerator[GeneratedToken]:
        """See `Dialect.stream`."""
        name = dials.adapter_id or self._model.id
        events = self._wire.events("/v1/completions", self._body(prompt, dials, limit))
        async with aclosing(events):
            async for event in events:
                if event.get("model", name) != name:
                    raise EngineFailed(f"the upstream writes with {event['model']}, and not with {name}")
                for choice in event.get("choices") or ():
                    for token in await self._tokens(choice, dials.top_n):
                        yield token
                    if choice.get("finish_reason") not in {None, "stop", "length"}:
                        raise EngineFailed(f"the upstream broke off ({choice['finish_reason']})")
                    if choice.get("finish_reason"):
                        return
        raise EngineFailed(f"the upstream at {self._wire.address} broke off")

    def _body(self, prompt: Sequence[int], dials: Dials, limit: int) -> dict[str, Any]:
        """Name every dial: what is left out has the default of the model's generation_config.json."""
        return {
            "model": dials.adapter_id or self._model.id,
            "prompt": list(prompt),
            "max_tokens": limit,
            "stream": True,
            "logprobs": max(dials.top_n, 1),
            "return_tokens_as_token_ids": True,
            "seed": dials.seed % _SEEDS,
            "temperature": 0.0 if dials.greedy else dials.temperature,
            "top_k": -1 if dials.greedy or dials.top_k is None else dials.top_k,
            "top_p": 1.0 if dials.greedy or dials.top_p is None else dials.top_p,
            "min_p": 0.0,
            "repetition_penalty": dials.repetition_penalty,
            "frequency_penalty": dials.frequency_penalty,
            "presence_penalty": 0.0,
            **self._grammar(dials),
        }

    def _grammar(self, dials: Dials) -> dict[str, Any]:
        if dials.grammar is None:
            return {}
        kind, value = dials.grammar.kind, dials.grammar.value
        if self._version is None or self._version >= _STRUCTURED:
            return {"structured_outputs": {kind: value}}
        return {f"guided_{kind}": value}

    async def _tokens(self, choice: Mapping[str, Any], top_n: int) -> list[GeneratedToken]:
        """Take a chunk apart; with a slow reader vLLM puts several tokens into one."""
        told = choice.get("logprobs") or {}
        ids = [_id(name) for name in told.get("tokens") or ()]
        text = str(choice.get("text") or "")
        if not ids:
            if text:
                raise EngineFailed("the upstream does not tell its tokens")
            return []
        ends = choice.get("finish_reason") == "stop"
        tops = [
            likeliest(((float(value), _id(name)) for name, value in (top or {}).items()), top_n)
            for top in told.get("top_logprobs") or [None] * len(ids)
        ]
        needed = {id_ for top in tops for _, id_ in top} | (set(ids) if len(ids) > 1 else set())
        if ends:
            needed.add(ids[-1])
            self._special.add(ids[-1])
        alone = dict(zip(needed, await self._texts(list(needed)), strict=True))
        written = ids[:-1] if ends else ids  # the ending token is no part of the text
        texts = [text] if len(written) == 1 else share(text, [alone[id_] for id_ in written])
        if ends:
            texts.append(alone[ids[-1]])
        logprobs = need(told, "token_logprobs")
        return [
            GeneratedToken(
                id_,
                texts[index],
                None if logprobs[index] is None else float(logprobs[index]),
                special=self._is_special(id_),
                ends=ends and index == len(ids) - 1,
                top=tuple(
                    RankedToken(one, alone[one], value, self._is_special(one)) for value, one in tops[index]
                ),
            )
            for index, id_ in enumerate(ids)
        ]

    def _is_special(self, id_: int) -> bool:
        return id_ in self._special or (self._tokenizer is not None and self._tokenizer.is_special(id_))

    async def _texts(self, ids: Sequence[int]) -> list[str]:
        """Return what each token decodes to by itself; asked for once."""
        if self._tokenizer is not None:
            return [self._tokenizer.alone(id_) for id_ in ids]
        unknown = [id_ for id_ in dict.fromkeys(ids) if id_ not in self._alone]
        answers = await asyncio.gather(*(self._detokenized(id_) for id_ in unknown))
        self._alone.update(zip(unknown, answers, strict=True))
        return [self._alone[id_] for id_ in ids]

    async def _detokenized(self, id_: int) -> str:
        told = await self._wire.post("/detokenize", {"model": self._model.id, "tokens": [id_]})
        return str(need(told, "prompt"))


async def _version(asked: Asked) -> tuple[int, ...] | None:
    """Read `GET /version`; a gateway may hide it."""
    try:
        told = await asked.wire.get("/version")
    except Refused as error:
        if not error.absent:
            raise
        return None
    version = str(told.get("version")) if isinstance(told, Mapping) else ""
    if ".dev" in version:  # built from source, and often named 0.1.dev whatever it is: taken for the newest
        return _NEWEST
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3]) or None


def _id(name: object) -> int:
    if isinstance(name, str) and name.startswith(_ID):
        return int(name.removeprefix(_ID))
    raise EngineFailed("the upstream does not tell token ids (return_tokens_as_token_ids)")
