"""llama.cpp as an engine, through the xllamacpp wheel.

The wheel's in-process calls give neither token ids nor a way to stop while a prompt is read, so this speaks
to the HTTP listener that it opens beside them: on the loopback, on a free port, behind a key made for this
start. Closing that connection frees the slot. Stop sequences and limits are the server's; this only samples.
"""

from __future__ import annotations

import json
import math
import os
import secrets
import signal
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import aiohttp

from tgi.errors import EngineFailed, NoRuntime, UnreadableModel
from tgi.server.engine import Dials, GeneratedToken, TextToken
from tgi.server.engine.gguf import read_metadata
from tgi.server.engine.vocabulary import Vocabulary, WholeCharacters

# A character is at most 4 bytes, so at most 3 more tokens until a limit that falls inside one is past it.
_SPARE_TOKENS: Final = 3
# Prompts are read in steps of this many tokens: other streams go on, and a closed one stops, between two
# steps.
_STEP: Final = 128
# 0xFFFFFFFF asks llama.cpp for a random seed (LLAMA_DEFAULT_SEED).
_RANDOM_SEED: Final = 0xFFFFFFFF
_QUIET: Final = 1  # errors only
# Threads wait for each other some hundred times a token. libgomp's default is to spin for milliseconds, which
# beside another busy process costs nine tenths of the speed and more; a short spin costs almost none alone.
_OPENMP: Final = {"GOMP_SPINCOUNT": "1000"}
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=300)
_LIBGOMP: Final = (
    "llama.cpp needs the system library libgomp, which is missing "
    "(Debian, Ubuntu: apt install libgomp1; Fedora: dnf install libgomp; Alpine: apk add libgomp)."
)


class LlamaCpp:
    """A GGUF model in this process, with `seats` slots of `context` tokens each."""

    kind = "cpu+llama.cpp"

    def __init__(self, runtime: Any, key: str, vocabulary: Vocabulary, seats: int) -> None:  # noqa: ANN401 - untyped
        self._runtime = runtime
        self._vocabulary = vocabulary
        self._seats = seats
        self._http = aiohttp.ClientSession(
            runtime.listening_address,
            # The listener closes a connection after each stream without saying so.
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            headers={"Authorization": f"Bearer {key}"},
            timeout=_TIMEOUT,
            read_bufsize=2**20,
        )

    @classmethod
    async def load(cls, path: Path, *, seats: int, context: int, threads: int | None = None) -> LlamaCpp:
        """Load a model; takes about a second, in which the event loop stands still.

        Call it from the main thread if signals matter: the runtime takes SIGINT and SIGTERM for itself, and
        only the main thread can take them back.

        Raises:
            NoRuntime: xllamacpp or libgomp is missing.
            UnreadableModel: the file does not load, or its context is shorter than `context`.

        """
        metadata = read_metadata(path)
        vocabulary = Vocabulary.from_metadata(metadata)
        architecture = metadata.get("general.architecture")
        name = architecture.decode(errors="replace") if isinstance(architecture, bytes) else ""
        longest = metadata.get(f"{name}.context_length")
        if isinstance(longest, int) and context > longest:
            raise UnreadableModel(f"The model reads at most {longest} tokens; {context} were asked for.")
        key = secrets.token_urlsafe(16)
        runtime = _start(path, seats=seats, context=context, threads=threads, key=key)
        return cls(runtime, key, vocabulary, seats)

    @property
    def seats(self) -> int:
        """How many generations run at once."""
        return self._seats

    async def tokenize(self, text: str) -> list[TextToken]:
        """See `Engine.tokenize`."""
        body = {"content": text, "add_special": True, "parse_special": True}
        try:
            async with self._http.post("/tokenize", json=body) as response:
                answer = await response.json()
            return [TextToken(id_, self._vocabulary.piece(id_)) for id_ in answer["tokens"]]
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            raise EngineFailed("the engine does not answer") from error

    async def generate(
        self, prompt: Sequence[int], dials: Dials, *, limit: int
    ) -> AsyncGenerator[GeneratedToken]:
        """See `Engine.generate`."""
        left = limit
        try:
            async with (
                self._http.post("/completion", json=_completion(prompt, dials, limit)) as response,
                aclosing(self._tokens(response)) as tokens,
            ):
                async for token in tokens:
                    yield token
                    left -= 1
                    if left == 0 or token.ends:
                        return
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            raise EngineFailed("the engine does not answer") from error

    async def close(self) -> None:
        """Close the listener's connections, then the model."""
        await self._http.close()
        self._runtime = None  # its destructor ends the threads

    async def _tokens(self, response: aiohttp.ClientResponse) -> AsyncGenerator[GeneratedToken]:
        text = WholeCharacters()
        known = 0  # tokens that the runtime has told of
        held: GeneratedToken | None = (
            None  # a special token: only the next event says whether it ends the text
        )
        async for event in _events(response):
            if held is not None:
                yield GeneratedToken(held.id, held.text, held.logprob, special=True, ends=_ended(event))
                held = None
            if event["stop"]:
                return
            (last,) = event["tokens"]
            count = event["tokens_predicted"] - known
            known = event["tokens_predicted"]
            for id_ in self._silent(event["content"], last, count - 1):
                yield GeneratedToken(id_, text.feed(self._vocabulary.piece(id_)), None, special=False)
            (chosen,) = event["completion_probabilities"]
            piece = self._vocabulary.piece(last)
            if self._vocabulary.is_special(last):
                held = GeneratedToken(last, piece.decode(errors="replace"), _logprob(chosen), special=True)
                continue
            yield GeneratedToken(last, text.feed(piece), _logprob(chosen), special=False)

    def _silent(self, content: str, last: int, count: int) -> list[int]:
        """Find the tokens that the runtime held back until `last` completed their character."""
        if count == 0:
            return []
        before = content.encode().removesuffix(self._vocabulary.piece(last))
        found = self._vocabulary.split(before, count)
        if found is None:
            raise EngineFailed("the engine lost a token")
        return found


def _start(path: Path, *, seats: int, context: int, threads: int | None, key: str) -> Any:  # noqa: ANN401 - untyped
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
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_parallel = seats
    params.n_ctx = seats * (context + _SPARE_TOKENS)
    params.n_batch = params.n_ubatch = _STEP
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads or _cores()
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.n_threads_http = seats * 2 + 2
    params.ui = False
    params.endpoint_slots = False
    params.cache_ram_mib = 0  # prompts stay in their slots; copies of them would only take memory
    params.warmup = False
    params.verbosity = _QUIET
    with _signals_kept():
        try:
            return xllamacpp.Server(params)
        except RuntimeError as error:
            raise UnreadableModel(f"llama.cpp cannot load {path}.") from error


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


def _completion(prompt: Sequence[int], dials: Dials, limit: int) -> dict[str, Any]:
    """Write llama.cpp's request (tools/server/README.md, POST /completion)."""
    samplers = ["penalties", "temperature"]
    body: dict[str, Any] = {
        "prompt": list(prompt),
        "n_predict": limit + _SPARE_TOKENS,
        "stream": True,
        "return_tokens": True,
        "n_probs": 1,
        # After the dials, as TGI does; before them llama.cpp would also sort the whole vocabulary each time.
        "post_sampling_probs": not dials.greedy,
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
    return body | {"samplers": samplers}


_SAMPLERS: Final = {"top_k": "top_k", "top_p": "top_p", "typical_p": "typ_p"}


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    if response.status != HTTPStatus.OK:
        raise EngineFailed(f"the engine refuses the request (status {response.status})")
    async for line in response.content:
        if line.startswith(b"data: "):
            event: dict[str, Any] = json.loads(line[len(b"data: ") :])
            yield event
        elif line.startswith(b"error: "):
            raise EngineFailed("the engine broke off")


def _logprob(chosen: dict[str, Any]) -> float | None:
    if "logprob" in chosen:
        return float(chosen["logprob"])
    return math.log(chosen["prob"]) if chosen["prob"] > 0 else None


def _ended(event: dict[str, Any]) -> bool:
    return bool(event["stop"]) and event.get("stop_type") == "eos"
