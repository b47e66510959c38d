"""What the upstreams differ in, as one interface: how each is asked, and how its answers become tokens."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final, Protocol, TypeGuard

from tgi.errors import EngineFailed, NoUpstream
from tgi.server.engine import Ability, ChatTemplate, Dials, GeneratedToken, TextToken
from tgi.server.engine.tokenizer import LocalTokenizer
from tgi.server.engine.upstream.wire import Refused, Wire

_SAMPLE: Final = "The keeper's 3 letters, naïve and 你好."
_SHOWN: Final = 5
"""Models that an error lists."""


class Dialect(Protocol):
    """An upstream's own way to speak. All calls raise `EngineFailed` where it does not answer."""

    @property
    def name(self) -> str:
        """What it is called in `x-compute-type`."""

    @property
    def exact(self) -> bool:
        """Whether it counts its tokens as this does; where not, it may stop short of a limit."""

    @property
    def abilities(self) -> Collection[Ability]:
        """What may be asked for."""

    @property
    def adapters(self) -> Collection[str]:
        """The names that `adapter_id` may have."""

    @property
    def chat_template(self) -> ChatTemplate | None:
        """The model's template, where the upstream tells it."""

    @property
    def context(self) -> int | None:
        """The most tokens of a prompt with its text; None where the upstream does not tell."""

    async def tokenize(self, text: str, *, add_special: bool) -> list[TextToken]:
        """See `Engine.tokenize`."""

    async def prefill(self, prompt: Sequence[int], dials: Dials) -> list[float | None]:
        """See `Engine.prefill`."""

    def stream(self, prompt: Sequence[int], dials: Dials, limit: int) -> AsyncGenerator[GeneratedToken]:
        """Yield what the upstream writes until it ends; it may be more than `limit`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dialect is opened with; `model` is the card of the model in `/v1/models`."""

    wire: Wire
    model: Card
    cards: Sequence[Card]
    tokenizer: LocalTokenizer | None


@dataclass(frozen=True, slots=True)
class Card:
    """A model in the answer of `GET /v1/models`: `names` are all that it may be called, `id` first.

    Source: vllm/entrypoints/openai/models/serving.py, sglang's http_server.py (`available_models`) and
    tools/server/server-context.cpp of llama.cpp.
    """

    id: str
    names: tuple[str, ...]
    owner: str
    parent: str | None
    context: int | None


def cards(told: object) -> list[Card]:
    """Read the answer of `GET /v1/models`.

    Raises:
        EngineFailed: it is no list of models.

    """
    listed = told.get("data") if isinstance(told, Mapping) else None
    if not isinstance(listed, list):
        raise EngineFailed("the upstream's /v1/models is no list of models")
    return [_card(one) for one in listed if isinstance(one, Mapping) and isinstance(one.get("id"), str)]


def served(found: Sequence[Card], wanted: str | None, address: str) -> Card | str:
    """Choose the model: the one that is wanted, or the only one; or say why there is none."""
    bases = [card for card in found if card.parent is None]
    if not bases:
        return f"the upstream at {address} serves no model"
    names = ", ".join(card.id for card in bases[:_SHOWN])
    if wanted is None:
        if len({card.names[1:2] or card.id for card in bases}) > 1:
            return f"the upstream at {address} serves several models ({names}); name one with --model-id"
        return bases[0]
    for card in bases:
        if wanted in card.names:
            return card
    return f"the upstream at {address} serves {names}, and not {wanted}"


def need(answer: Any, *path: str | int) -> Any:  # noqa: ANN401 - JSON
    """Return what stands at a place of a JSON answer.

    Raises:
        EngineFailed: there is nothing.

    """
    for step in path:
        try:
            answer = answer[step]
        except (LookupError, TypeError):
            raise EngineFailed(f"the upstream's answer has no {'.'.join(map(str, path))}") from None
    return answer


def is_ids(value: object) -> TypeGuard[list[int]]:
    """Tell whether this is a list of token ids."""
    return isinstance(value, list) and all(isinstance(one, int) for one in value)


def likeliest(ranked: Iterable[tuple[float, int]], count: int) -> list[tuple[float, int]]:
    """Return the `count` best of (log-probability, id), best first."""
    return sorted(ranked, key=lambda one: -one[0])[:count]


async def added_tokens(asked: Asked) -> frozenset[int]:
    """Return what vLLM or SGLang puts around a text, and see that they and the folder tokenize alike.

    Raises:
        NoUpstream: it does not tokenize and no folder does, or the folder is another model's.
        EngineFailed: it does not answer.

    """
    try:
        plain, whole = [await _tokenized(asked, add_special=add_special) for add_special in (False, True)]
    except Refused as error:
        if not error.absent:
            raise
        if asked.tokenizer is None:
            raise no_tokens(asked.wire.address, "does not tokenize") from error
        return frozenset()
    if asked.tokenizer is not None:
        own = [token.id for token in asked.tokenizer.tokenize(_SAMPLE, add_special=True)]
        if own != whole:
            raise NoUpstream(f"The tokenizer named with --tokenizer is not that of {asked.model.id}.")
    return frozenset(whole) - frozenset(plain)


def no_tokens(address: str, what: str) -> NoUpstream:
    """Say that prompts cannot be tokenized."""
    return NoUpstream(
        f"The upstream at {address} {what}; name a folder with the model's tokenizer.json (--tokenizer)."
    )


async def _tokenized(asked: Asked, *, add_special: bool) -> list[int]:
    body = {"model": asked.model.id, "prompt": _SAMPLE, "add_special_tokens": add_special}
    ids = need(await asked.wire.post("/tokenize", body), "tokens")
    if not is_ids(ids):
        raise EngineFailed("the upstream's tokens are no ids")
    return ids


def _card(one: Mapping[str, Any]) -> Card:
    meta = one.get("meta") if isinstance(one.get("meta"), Mapping) else {}
    context = one.get("max_model_len") or (meta or {}).get("n_ctx")
    parent, root = one.get("parent"), one.get("root")
    names = [str(one["id"])]
    if isinstance(root, str):
        names.append(root)
    names += [alias for alias in one.get("aliases") or () if isinstance(alias, str)]
    if one.get("owned_by") == "llamacpp":  # by default the id is the file's whole path
        file = PurePath(names[0])
        names += [file.name, file.stem]
    return Card(
        id=names[0],
        names=tuple(dict.fromkeys(names)),
        owner=str(one.get("owned_by")),
        parent=parent if isinstance(parent, str) else None,
        context=context if isinstance(context, int) and context > 0 else None,
    )
