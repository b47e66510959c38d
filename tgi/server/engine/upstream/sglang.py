"""SGLang's own `POST /generate`, which tells token ids where its OpenAI routes tell texts only.

Sources: python/sglang/srt/entrypoints/http_server.py (routes, errors in streams),
srt/managers/io_struct.py (`GenerateReqInput`), docs/basic_usage/sampling_params.md. Left out: typical_p,
which it does not have; repetition_penalty, which it takes and ignores (issue 28179 there); seeds, unless it
was started with `--enable-deterministic-inference`. Log-probabilities are after temperature and penalties,
before top-k and top-p.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Final

from tgi.errors import EngineFailed
from tgi.server.engine import Ability, ChatTemplate, Dials, GeneratedToken, RankedToken, TextToken
from tgi.server.engine.text import PARTIAL, share
from tgi.server.engine.upstream.abilities import ABILITIES, SGLANG
from tgi.server.engine.upstream.dialect import Asked, added_tokens, is_ids, likeliest, need
from tgi.server.engine.upstream.wire import Refused

_SEEDS: Final = 2**31
"""Seeds are kept as signed 32-bit numbers by its hash."""


class Sglang:
    """One SGLang server."""

    name = SGLANG
    exact = True

    def __init__(self, asked: Asked, info: Mapping[str, Any], special: frozenset[int]) -> None:
        self._wire = asked.wire
        self._model = asked.model
        self._tokenizer = asked.tokenizer
        self._special = set(special)
        self.adapters = frozenset(card.id for card in asked.cards if card.parent is not None)
        self.context = asked.model.context
        lacking: set[Ability] = set()
        if info.get("grammar_backend") == "none":
            lacking |= {"grammar.json", "grammar.regex"}
        if not info.get("enable_deterministic_inference"):
            lacking.add("seed")
        if not self.adapters:
            lacking.add("adapter_id")
        self.abilities = ABILITIES[SGLANG] - lacking

    @classmethod
    async def open(cls, asked: Asked) -> Sglang:
        """Ask how it was started, and how it tokenizes.

        Raises:
            NoUpstream, EngineFailed: as for `added_tokens`.

        """
        return cls(asked, await _started(asked), await added_tokens(asked))

    @property
    def chat_template(self) -> ChatTemplate | None:
        """The folder's; SGLang does not tell its own."""
        return None if self._tokenizer is None else self._tokenizer.chat_template

    async def tokenize(self, text: str, *, add_special: bool) -> list[TextToken]:
        """See `Engine.tokenize`; a token within a character has a part of its bytes, not always its own."""
        if self._tokenizer is not None:
            return self._tokenizer.tokenize(text, add_special=add_special)
        body = {"model": self._model.id, "prompt": text, "add_special_tokens": add_special}
        ids = need(await self._wire.post("/tokenize", body), "tokens")
        if not is_ids(ids):
            raise EngineFailed("the upstream's tokens are no ids")
        alone = await self._alone(ids)
        # What was put around the text takes nothing of it.
        names = [PARTIAL if id_ in self._special else one for id_, one in zip(ids, alone, strict=True)]
        parts = share(text, names)
        return [
            TextToken(id_, (one if id_ in self._special else part).encode())
            for id_, one, part in zip(ids, alone, parts, strict=True)
        ]

    async def prefill(self, prompt: Sequence[int], dials: Dials) -> list[float | None]:
        """See `Engine.prefill`."""
        body = self._body(prompt, Dials(greedy=True, adapter_id=dials.adapter_id), 1)
        told = await self._wire.post("/generate", body | {"stream": False, "logprob_start_len": 0})
        listed = need(told, "meta_info", "input_token_logprobs")
        if not isinstance(listed, list) or len(listed) != len(prompt):
            raise EngineFailed("the upstream does not tell the prompt's log-probabilities")
        return [None if entry[0] is None else float(entry[0]) for entry in listed]

    async def stream(self, prompt: Sequence[int], dials: Dials, limit: int) -> AsyncGenerator[GeneratedToken]:
        """See `Dialect.stream`."""
        seen = 0
        before = ""
        events = self._wire.events("/generate", self._body(prompt, dials, limit))
        async with aclosing(events):
            async for event in events:
                told = need(event, "meta_info")
                entries = list(told.get("output_token_logprobs") or ())
                tops = list(told.get("output_top_logprobs") or ())
                count = int(need(told, "completion_tokens")) - seen
                # By default each event repeats all that was said; with --incremental-streaming-output
                # it does not.
                whole = seen > 0 and len(entries) == seen + count
                text = str(event.get("text") or "")
                delta = text.removeprefix(before) if whole else text
                before = text if whole or seen == 0 else before + text
                if len(entries) < count:
                    raise EngineFailed("the upstream does not tell its tokens")
                ending = told.get("finish_reason") or {}
                if count:
                    ends = ending.get("type") == "stop"
                    fresh = slice(len(entries) - count, None)
                    for token in self._tokens(entries[fresh], tops[-count:], delta, dials.top_n, ends=ends):
                        yield token
                seen += count
                if ending and ending.get("type") not in {"stop", "length"}:
                    raise EngineFailed(f"the upstream broke off ({ending.get('type')})")
                if ending:
                    return
        raise EngineFailed(f"the upstream at {self._wire.address} broke off")

    def _body(self, prompt: Sequence[int], dials: Dials, limit: int) -> dict[str, Any]:
        """Name every dial: what is left out has the default of the model's generation_config.json."""
        sampling: dict[str, Any] = {
            "max_new_tokens": limit,
            "temperature": 0.0 if dials.greedy else dials.temperature,
            "top_k": -1 if dials.greedy or dials.top_k is None else dials.top_k,
            "top_p": 1.0 if dials.greedy or dials.top_p is None else dials.top_p,
            "min_p": 0.0,
            "frequency_penalty": dials.frequency_penalty,
            "presence_penalty": 0.0,
            "repetition_penalty": 1.0,
        }
        if "seed" in self.abilities:
            sampling["sampling_seed"] = dials.seed % _SEEDS
        if dials.grammar is not None and dials.grammar.kind == "json":
            sampling["json_schema"] = json.dumps(dials.grammar.value)
        elif dials.grammar is not None:
            sampling["regex"] = dials.grammar.value
        body: dict[str, Any] = {
            "input_ids": list(prompt),
            "sampling_params": sampling,
            "stream": True,
            "return_logprob": True,
            "top_logprobs_num": dials.top_n,
            "return_text_in_logprobs": True,
        }
        return body if dials.adapter_id is None else body | {"lora_path": dials.adapter_id}

    def _tokens(
        self, entries: Sequence[Any], tops: Sequence[Any], text: str, top_n: int, *, ends: bool
    ) -> list[GeneratedToken]:
        """Take an event apart; entries are (log-probability, id, text)."""
        if ends:
            self._special.add(int(need(entries, -1, 1)))
        written = entries[:-1] if ends else entries
        texts = [text] if len(written) == 1 else share(text, [str(need(one, 2) or "") for one in written])
        if ends:
            texts.append(str(need(entries, -1, 2) or ""))
        tokens = []
        for index, entry in enumerate(entries):
            told = tops[index] if index < len(tops) else None
            names = {int(need(one, 1)): str(need(one, 2) or "") for one in told or ()}
            best = likeliest(((float(need(one, 0)), int(need(one, 1))) for one in told or ()), top_n)
            value, id_ = need(entry, 0), int(need(entry, 1))
            tokens.append(
                GeneratedToken(
                    id_,
                    texts[index],
                    None if value is None else float(value),
                    special=self._is_special(id_),
                    ends=ends and index == len(entries) - 1,
                    top=tuple(
                        RankedToken(one, names[one], likely, self._is_special(one)) for likely, one in best
                    ),
                )
            )
        return tokens

    def _is_special(self, id_: int) -> bool:
        return id_ in self._special or (self._tokenizer is not None and self._tokenizer.is_special(id_))

    async def _alone(self, ids: Sequence[int]) -> list[str]:
        if not ids:
            return []
        body = {"model": self._model.id, "tokens": [[id_] for id_ in ids], "skip_special_tokens": False}
        texts = need(await self._wire.post("/detokenize", body), "text")
        if not isinstance(texts, list) or len(texts) != len(ids):
            raise EngineFailed("the upstream does not tell its tokens' texts")
        return [str(text) for text in texts]


async def _started(asked: Asked) -> Mapping[str, Any]:
    """Read how it was started: `/server_info`, formerly `/get_server_info`."""
    for path in ("/server_info", "/get_server_info"):
        try:
            told = await asked.wire.get(path)
        except Refused as error:
            if not error.absent:
                raise
            continue
        if isinstance(told, Mapping):
            return told
    return {"grammar_backend": "none"}  # hidden by a gateway: promise nothing
