"""Start llama.cpp: its parameters, its threads, its signals, and what is said where it does not start.

The wheel has no types; what is used of it is written down here as `Runtime`.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from tgi.errors import NoRuntime, UnreadableModel

MOST_SEATS: Final = 256
"""llama.cpp's LLAMA_MAX_SEQ; with more it says nothing of the kind, or ends the process."""
SPARE_TOKENS: Final = 3
"""A character is at most 4 bytes, so at most 3 more tokens until a limit that falls inside one is past it."""

# Prompts are read in steps of this many tokens: other streams go on, and a closed one stops, between two
# steps.
_STEP: Final = 512
_QUIET: Final = 1  # errors only
# Threads wait for each other some hundred times a token. libgomp's default is to spin for milliseconds, which
# beside another busy process costs two thirds of the speed and more; a short spin costs almost none alone.
_OPENMP: Final = {"GOMP_SPINCOUNT": "1000"}
# The name is a part of every event; llama.cpp would put the whole path there.
_ALIAS: Final = "m"
_LIBGOMP: Final = (
    "llama.cpp needs the system library libgomp, which is missing "
    "(Debian, Ubuntu: apt install libgomp1; Fedora: dnf install libgomp; Alpine: apk add libgomp)."
)


class Runtime(Protocol):
    """`xllamacpp.Server`: a loaded model, and a listener on the loopback."""

    @property
    def listening_address(self) -> str:
        """Where its HTTP routes are."""

    def handle_completions(self, prompt: str, callback: Callable[[str], bool]) -> None:
        """Run one request (JSON); `callback` gets each event (JSON), and ends it by returning true."""


def start(
    path: Path, *, seats: int, context: int, threads: int | None, key: str, adapters: Sequence[Path]
) -> Runtime:
    """Load the model; the event loop stands still meanwhile.

    Raises:
        NoRuntime: xllamacpp or libgomp is missing.
        UnreadableModel: the file does not load.

    """
    xllamacpp = _imported()
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = {_ALIAS}
    params.n_parallel = seats
    params.n_ctx = seats * (context + SPARE_TOKENS)
    params.n_batch = params.n_ubatch = _STEP
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads or _cores()
    # All are loaded; each request says which of them is on, and says so of none too.
    params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 0.0) for adapter in adapters]
    params.lora_init_without_apply = True
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_threads_http = seats + 2  # it tokenizes only
    params.ui = False
    params.endpoint_slots = False
    params.cache_ram_mib = 0  # prompts stay in their slots; copies of them would only take memory
    params.warmup = False
    params.verbosity = _QUIET
    with _signals_kept():
        try:
            runtime: Runtime = xllamacpp.Server(params)
        except RuntimeError as error:
            beside = " with its adapters" if adapters else ""
            raise UnreadableModel(f"llama.cpp cannot load {path}{beside}.") from error
    return runtime


def json_schema_to_grammar(schema: str) -> str:
    """Write a JSON schema (as JSON) as a grammar of the kind that this build has for schemas."""
    grammar: str = _imported().json_schema_to_grammar(schema)
    return grammar


def _imported() -> Any:  # noqa: ANN401 - an untyped package
    for name, value in _OPENMP.items():
        os.environ.setdefault(name, value)  # read when the library loads, so only the first start sets it
    try:
        import xllamacpp  # noqa: PLC0415 - an optional package, and slow to load
    except ModuleNotFoundError:
        raise NoRuntime(
            "The package xllamacpp is not installed: pip install 'storyroom[local]' brings it."
        ) from None
    except ImportError as error:
        if "libgomp" in str(error):
            raise NoRuntime(_LIBGOMP) from error
        raise NoRuntime("The package xllamacpp does not load on this machine.") from error
    return xllamacpp


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux; it knows of cpusets
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Give SIGINT and SIGTERM back to whom they belonged; one that comes meanwhile waits."""
    kept = {signal.SIGINT, signal.SIGTERM}
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, kept)
    handlers = {number: signal.getsignal(number) for number in kept}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            if handler is not None:  # None: it was set outside Python, and is not ours to restore
                signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
