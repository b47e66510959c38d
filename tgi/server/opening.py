"""From what the command line asks for to a loaded engine, and back: which engine, which model, its revision.

The one place that knows every engine. Each is imported only when it is the one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tgi import weights
from tgi.errors import NotFetched, ServeError
from tgi.licence import notice_for
from tgi.server.app import Model
from tgi.server.engine import Engine
from tgi.server.engine.gguf import read_metadata
from tgi.server.limits import Limits
from tgi.server.revision import revision_of


class EngineName(StrEnum):
    """What runs the model."""

    LLAMA_CPP = "llama.cpp"
    TRANSFORMERS = "transformers"
    UPSTREAM = "upstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be served.

    `path`: a GGUF file for llama.cpp, a folder for transformers; None is the fetched model. `model_id`: what
    `/info` calls it, and the model that an upstream must have. `upstream`: the base address of an
    OpenAI-compatible server. `seats`: generations at once. `adapters`: folders or files by `adapter_id`.
    """

    engine: EngineName | None = None
    path: Path | None = None
    model_id: str | None = None
    upstream: str | None = None
    upstream_key: str | None = None
    tokenizer: Path | None = None
    adapters: Mapping[str, Path] = field(default_factory=dict)
    dtype: str = "auto"
    device: str = "auto"
    seats: int = 4
    threads: int | None = None


def engine_named(name: str | None) -> EngineName | None:
    """Read the name of an engine.

    Raises:
        ServeError: there is no such engine.

    """
    try:
        return None if name is None else EngineName(name)
    except ValueError:
        raise ServeError(f"--engine is one of {', '.join(EngineName)}; {name} is none.") from None


def chosen(wanted: Wanted) -> EngineName:
    """Return the engine that is named, or that fits what is to be served.

    Raises:
        ServeError: the named one cannot serve it.
        NotFetched: there is nothing at the path.

    """
    if wanted.upstream is not None:
        fitting = EngineName.UPSTREAM
    elif wanted.path is None or wanted.path.is_file():
        fitting = EngineName.LLAMA_CPP
    elif wanted.path.is_dir():
        fitting = EngineName.TRANSFORMERS
    else:
        raise NotFetched(f"There is no model at {wanted.path}, neither a file nor a folder.")
    if wanted.engine not in {None, fitting}:
        raise ServeError(f"--engine {wanted.engine} {_NEEDS[wanted.engine or fitting]}.")
    if wanted.path is not None and wanted.upstream is not None:
        raise ServeError("--model-path and --upstream name two models; give one of them.")
    for name in _WITHOUT_EFFECT[fitting]:
        if getattr(wanted, name) != getattr(_AS_IT_IS, name):
            option = _OPTIONS.get(name, f"--{name}")
            raise ServeError(f"{option} has no effect with the engine {fitting}; leave it out.")
    return fitting


_NEEDS = {
    EngineName.LLAMA_CPP: "serves a GGUF file: name one with --model-path",
    EngineName.TRANSFORMERS: "serves a folder with a config.json: name one with --model-path",
    EngineName.UPSTREAM: "needs the address of a server: --upstream http://HOST:PORT",
}

_OPTIONS = {  # that have a variable, or another name
    "adapters": "--lora-adapters (or LORA_ADAPTERS)",
    "dtype": "--dtype (or DTYPE)",
    "upstream_key": "--upstream-key (or UPSTREAM_KEY)",
}
_AS_IT_IS = Wanted()
_WITHOUT_EFFECT = {
    EngineName.LLAMA_CPP: ("dtype", "device", "tokenizer", "upstream_key"),
    EngineName.TRANSFORMERS: ("tokenizer", "upstream_key"),
    EngineName.UPSTREAM: ("adapters", "dtype", "device", "threads"),
}


@asynccontextmanager
async def opened(wanted: Wanted, limits: Limits) -> AsyncIterator[tuple[Engine, Model]]:
    """Load the engine, yield it with what `/info` tells of the model, and close it.

    Raises:
        WeightsError, EngineError, ServeError: it cannot be loaded.

    """
    engine, model = await _OPENERS[chosen(wanted)](wanted, limits)
    try:
        yield engine, model
    finally:
        await engine.close()


async def _llama_cpp(wanted: Wanted, limits: Limits) -> tuple[Engine, Model]:
    from tgi.server.engine.llama_cpp import LlamaCpp  # noqa: PLC0415 - an optional engine

    known = weights.SMOLLM2
    path = weights.fetched(known) if wanted.path is None else wanted.path
    revision = known.sha256 if wanted.path is None else revision_of(path)
    own_name = known.model_id if revision == known.sha256 else path.stem
    engine = await LlamaCpp.load(
        path,
        seats=wanted.seats,
        context=limits.max_total_tokens,
        threads=wanted.threads,
        adapters=wanted.adapters,
    )
    name = wanted.model_id or own_name
    notice = notice_for(name, metadata=read_metadata(path))
    return engine, Model(name, revision, notice.text)


async def _transformers(wanted: Wanted, limits: Limits) -> tuple[Engine, Model]:
    from tgi.server.engine.transformers import TransformersEngine  # noqa: PLC0415 - an optional engine

    folder = wanted.path
    assert folder is not None  # noqa: S101 - `chosen` saw a folder
    engine = await TransformersEngine.load(
        folder,
        seats=wanted.seats,
        context=limits.max_total_tokens,
        dtype=wanted.dtype,
        device=wanted.device,
        adapters=wanted.adapters,
        threads=wanted.threads,
    )
    name = wanted.model_id or str(folder)
    return engine, Model(name, revision_of(folder), notice_for(name, folder=folder).text)


async def _upstream(wanted: Wanted, limits: Limits) -> tuple[Engine, Model]:
    from tgi.server.engine.upstream import Upstream  # noqa: PLC0415 - an optional engine

    engine = await Upstream.load(
        str(wanted.upstream),
        model=wanted.model_id,
        api_key=wanted.upstream_key,
        seats=wanted.seats,
        context=limits.max_total_tokens,
        tokenizer=wanted.tokenizer,
    )
    return engine, Model(engine.model, None, notice_for(engine.model).text)


_OPENERS = {
    EngineName.LLAMA_CPP: _llama_cpp,
    EngineName.TRANSFORMERS: _transformers,
    EngineName.UPSTREAM: _upstream,
}
