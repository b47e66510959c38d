"""llama.cpp's own server: `POST /completion`, which tells more than its OpenAI routes.

Source: tools/server/README.md of ggml-org/llama.cpp. The bytes of a token come with it. Of tokens that end
inside a character the server is silent until the character is whole: their ids are found again from its
bytes, their log-probabilities are lost.
"""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from pathlib import PurePath
from typing import Any, Final

from tgi.errors import EngineFailed
from tgi.server.engine import ChatTemplate, Dials, GeneratedToken, RankedToken, TextToken
from tgi.server.engine.upstream.abilities import ABILITIES, LLAMA_CPP
from tgi.server.engine.upstream.dialect import Asked, likeliest, need
from tgi.server.engine.upstream.schemas import Schemas
from tgi.server.engine.upstream.wire import Refused
from tgi.server.engine.vocabulary import WholeCharacters

_SPARE_TOKENS: Final = 3
"""A character is at most 4 bytes: at most 3 tokens after a limit that falls inside one it is told."""
_RANDOM_SEED: Final = 0xFFFFFFFF
"""Asks llama.cpp for a random seed (LLAMA_DEFAULT_SEED)."""
_SAMPLERS: Final = {"top_k": "top_k", "top_p": "top_p", "typical_p": "typ_p"}


class LlamaCppServer:
    """One llama.cpp server."""

    name = LLAMA_CPP
    exact = True

    def __init__(self, asked: Asked, props: Mapping[str, Any], loras: Mapping[str, int]) -> None:
        self._wire = asked.wire
        self._loras = loras
        self._ids: dict[bytes, int] = {}
        self._schemas = Schemas(asked.wire)
        self.adapters = frozenset(loras)
        settings = props.get("default_generation_settings")
        slot = settings.get("n_ctx") if isinstance(settings, Mapping) else None
        self.context = slot if isinstance(slot, int) else asked.model.context
        self.abilities = ABILITIES[LLAMA_CPP] if loras else ABILITIES[LLAMA_CPP] - {"adapter_id"}
        source = props.get("chat_template")
        self.chat_template = (
            ChatTemplate(source, props.get("bos_token"), props.get("eos_token"))
            if isinstance(source, str) and source
            else None
        )

    @classmethod
    async def open(cls, asked: Asked) -> LlamaCppServer:
        """Ask for its properties, its adapters, and the ids of parts of characters.

        Raises:
            EngineFailed: it does not answer.

        """
        props = await asked.wire.get("/props")
        try:
            listed = await asked.wire.get("/lora-adapters")
        except Refused as error:
            if not error.absent:
                raise
            listed = []
        loras = {PurePath(str(need(one, "path"))).stem: int(need(one, "id")) for one in listed}
        opened = cls(asked, props if isinstance(props, Mapping) else {}, loras)
        await opened.tokenize(_RARE, add_special=False)
        return opened

    async def tokenize(self, text: str, *, add_special: bool) -> list[TextToken]:
        """See `Engine.tokenize`."""
        body = {"content": text, "add_special": add_special, "parse_special": True, "with_pieces": True}
        listed = need(await self._wire.post("/tokenize", body), "tokens")
        tokens = []
        for one in listed:
            piece = need(one, "piece")
            tokens.append(
                TextToken(int(need(one, "id")), piece.encode() if isinstance(piece, str) else bytes(piece))
            )
        self._ids.update((token.piece, token.id) for token in tokens)
        return tokens

    async def prefill(self, prompt: Sequence[int], dials: Dials) -> list[float | None]:  # noqa: ARG002 - refused
        """Refuse: the server tells nothing of a prompt's log-probabilities."""
        raise EngineFailed("llama.cpp's server does not tell a prompt's log-probabilities")

    async def stream(self, prompt: Sequence[int], dials: Dials, limit: int) -> AsyncGenerator[GeneratedToken]:
        """See `Dialect.stream`.

        Raises:
            InvalidInput: it does not hold to the schema; nothing was written.

        """
        if dials.grammar is not None and isinstance(dials.grammar.value, dict):
            (*_, comma) = await self.tokenize(",", add_special=False)
            await self._schemas.check(dials.grammar.value, barred=comma.id)
        text = WholeCharacters()
        known = 0
        # A special token: only the next event says whether it ends the text.
        held: GeneratedToken | None = None
        # The listener closes a connection after each stream without saying so.
        events = self._wire.events("/completion", self._body(prompt, dials, limit), lasting=False)
        async with aclosing(events):
            async for event in events:
                if held is not None:
                    ends = bool(event.get("stop")) and event.get("stop_type") == "eos"
                    yield GeneratedToken(
                        held.id, held.text, held.logprob, special=True, ends=ends, top=held.top
                    )
                    held = None
                if event.get("stop"):
                    return
                count = int(event.get("tokens_predicted", known + 1)) - known
                known += count
                chosen = need(event, "completion_probabilities", 0)
                id_, piece = int(need(chosen, "id")), bytes(need(chosen, "bytes"))
                top = _top(chosen, dials.top_n)
                if not piece:
                    name = await self._name(id_)
                    held = GeneratedToken(id_, name, _logprob(chosen), special=True, top=top)
                    continue
                before = await self._silent(piece, id_, count)
                for silent in before:
                    yield GeneratedToken(silent, "", None, special=False)
                yield GeneratedToken(id_, text.feed(piece), _logprob(chosen), special=False, top=top)
        raise EngineFailed(f"the upstream at {self._wire.address} broke off")

    async def _silent(self, character: bytes, last: int, count: int) -> list[int]:
        """Find the tokens that were held back until `last` completed their character."""
        if count == 1:
            self._ids.setdefault(character, last)
            return []
        for _ in range(2):
            for piece in [piece for piece, id_ in self._ids.items() if id_ == last]:
                if character.endswith(piece):
                    found = self._split(character.removesuffix(piece), count - 1)
                    if found is not None:
                        return found
            await self.tokenize(character.decode(errors="replace"), add_special=False)  # to learn its parts
        raise EngineFailed("the upstream held back a token")

    def _split(self, text: bytes, count: int) -> list[int] | None:
        if count == 0:
            return [] if not text else None
        for size in range(len(text) - count + 1, 0, -1):
            first = self._ids.get(text[:size])
            rest = None if first is None else self._split(text[size:], count - 1)
            if first is not None and rest is not None:
                return [first, *rest]
        return None

    async def _name(self, id_: int) -> str:
        return str(need(await self._wire.post("/detokenize", {"tokens": [id_]}), "content"))

    def _body(self, prompt: Sequence[int], dials: Dials, limit: int) -> dict[str, Any]:
        samplers = ["penalties", "temperature"]
        body: dict[str, Any] = {
            "prompt": list(prompt),
            "n_predict": limit + _SPARE_TOKENS,
            "stream": True,
            "return_tokens": True,
            "n_probs": max(dials.top_n, 1),
            "post_sampling_probs": not dials.greedy,  # after the dials, as TGI does
            "cache_prompt": False,  # what is kept was read in other steps, and differs in its last digits
            "seed": dials.seed % _RANDOM_SEED,
            "repeat_last_n": len(prompt) + limit,  # all of it, as TGI does
            "repeat_penalty": dials.repetition_penalty,
            "frequency_penalty": dials.frequency_penalty,
            "temperature": 0.0 if dials.greedy else dials.temperature,
            "response_fields": ["stop", "stop_type", "tokens_predicted"],
        }
        if not dials.greedy:
            filters = {"top_k": dials.top_k, "top_p": dials.top_p, "typical_p": dials.typical_p}
            body |= {name: value for name, value in filters.items() if value is not None}
            samplers += [_SAMPLERS[name] for name, value in filters.items() if value is not None]
        if dials.grammar is not None:
            body["json_schema"] = dials.grammar.value
        if self._loras:  # what is not named would be on, as it was started
            body["lora"] = [
                {"id": id_, "scale": float(name == dials.adapter_id)} for name, id_ in self._loras.items()
            ]
        return body | {"samplers": samplers}


def _logprob(told: Mapping[str, Any]) -> float | None:
    if "logprob" in told:
        return float(told["logprob"])
    return math.log(told["prob"]) if told.get("prob", 0) > 0 else None


def _top(chosen: Mapping[str, Any], count: int) -> tuple[RankedToken, ...]:
    listed = {
        int(need(one, "id")): one for one in chosen.get("top_logprobs") or chosen.get("top_probs") or ()
    }
    values = {id_: _logprob(one) for id_, one in listed.items()}
    best = likeliest(((value, id_) for id_, value in values.items() if value is not None), count)
    return tuple(
        RankedToken(
            id_,
            bytes(need(listed[id_], "bytes")).decode(errors="replace"),
            value,
            special=not need(listed[id_], "bytes"),
        )
        for value, id_ in best
    )


def _rare() -> str:
    """Write characters that vocabularies have in parts: every first byte, and every later one."""
    leads = [0x80 + 0x40 * index for index in range(30)]
    leads += [0x0800, *(0x1000 * index for index in range(1, 13)), 0xE000, 0xF000]
    leads += [0x10000, *(0x40000 * index for index in range(1, 5))]
    later = [0xE000 + byte for byte in range(64)] + [0xE000 + 64 * byte for byte in range(64)]
    return " ".join(chr(code) for code in (*leads, *later))


_RARE: Final = _rare()
