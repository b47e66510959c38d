"""`storyroom-tgi serve`: options under the names of TGI's launcher, and what they come to."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tgi.commands.version import own_version

if TYPE_CHECKING:
    from tgi.server.limits import Limits
    from tgi.server.opening import Wanted
    from tgi.server.serve import Address, Doors

_ADAPTERS = "By name: ONE=PATH,OTHER=PATH; a GGUF file each, or a PEFT folder each with transformers."


def serve(
    *,
    hostname: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65535, help="0 takes a free port.")] = 3000,
    engine: Annotated[
        str | None,
        typer.Option(help="llama.cpp, transformers or upstream.", show_default="what fits the model"),
    ] = None,
    model_path: Annotated[
        Path | None,
        typer.Option(help="A GGUF file, or a folder with a config.json.", show_default="the fetched model"),
    ] = None,
    upstream: Annotated[
        str | None, typer.Option(help="Instead: the address of an OpenAI-compatible server.")
    ] = None,
    upstream_key: Annotated[str | None, typer.Option(envvar="UPSTREAM_KEY", show_default=False)] = None,
    tokenizer: Annotated[
        Path | None, typer.Option(help="A folder with a tokenizer.json, where the upstream cannot tokenize.")
    ] = None,
    model_id: Annotated[
        str | None,
        typer.Option(
            envvar="MODEL_ID",
            help="What /info calls the model, and which one an upstream must have.",
            show_default="the model's own",
        ),
    ] = None,
    lora_adapters: Annotated[str | None, typer.Option(envvar="LORA_ADAPTERS", help=_ADAPTERS)] = None,
    dtype: Annotated[
        str, typer.Option(envvar="DTYPE", help="float32, float16 or bfloat16; for transformers.")
    ] = "auto",
    device: Annotated[str, typer.Option(help="cpu or cuda; for transformers.")] = "auto",
    max_concurrent_requests: Annotated[int, typer.Option(envvar="MAX_CONCURRENT_REQUESTS", min=1)] = 128,
    max_best_of: Annotated[int, typer.Option(envvar="MAX_BEST_OF", min=1)] = 2,
    max_stop_sequences: Annotated[int, typer.Option(envvar="MAX_STOP_SEQUENCES", min=0)] = 4,
    max_top_n_tokens: Annotated[int, typer.Option(envvar="MAX_TOP_N_TOKENS", min=0)] = 5,
    max_input_tokens: Annotated[
        int | None,
        typer.Option(envvar="MAX_INPUT_TOKENS", min=1, show_default="--max-total-tokens - 1"),
    ] = None,
    max_total_tokens: Annotated[int, typer.Option(envvar="MAX_TOTAL_TOKENS", min=2)] = 2048,
    max_batch_total_tokens: Annotated[
        int | None,
        typer.Option(
            envvar="MAX_BATCH_TOTAL_TOKENS",
            min=1,
            help="Tokens of all that runs at once.",
            show_default="what the engine holds",
        ),
    ] = None,
    max_client_batch_size: Annotated[int, typer.Option(envvar="MAX_CLIENT_BATCH_SIZE", min=1)] = 4,
    validation_workers: Annotated[int, typer.Option(envvar="VALIDATION_WORKERS", min=1)] = 2,
    payload_limit: Annotated[int, typer.Option(envvar="PAYLOAD_LIMIT", min=1, help="Bytes.")] = 2_000_000,
    disable_grammar_support: Annotated[
        bool, typer.Option("--disable-grammar-support", envvar="DISABLE_GRAMMAR_SUPPORT")
    ] = False,
    cors_allow_origin: Annotated[
        list[str] | None,
        typer.Option(envvar="CORS_ALLOW_ORIGIN", help="May be repeated.", show_default="any"),
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(envvar="API_KEY", help="Demanded of who sends prompts.", show_default=False)
    ] = None,
    parallel: Annotated[
        int,
        typer.Option(
            *("--max-batch-size", "--parallel"),
            envvar="MAX_BATCH_SIZE",
            min=1,
            help="Generations that run at once.",
        ),
    ] = 4,
    threads: Annotated[int | None, typer.Option(min=1, show_default="the cores at hand")] = None,
    graceful_termination_timeout: Annotated[
        float,
        typer.Option(envvar="GRACEFUL_TERMINATION_TIMEOUT", min=0, help="Seconds for what runs at SIGTERM."),
    ] = 90,
    ready_file: Annotated[Path | None, typer.Option(help='Written when ready: {"port":..,"pid":..}.')] = None,
) -> None:
    """Serve a model as a Text Generation Inference server does."""
    from tgi.server.limits import Limits  # noqa: PLC0415 - pydantic and aiohttp are slow to import
    from tgi.server.opening import Wanted, chosen, engine_named  # noqa: PLC0415 - with the above
    from tgi.server.serve import Address, Doors  # noqa: PLC0415 - with the above

    limits = Limits(
        max_concurrent_requests=max_concurrent_requests,
        max_best_of=max_best_of,
        max_stop_sequences=max_stop_sequences,
        max_top_n_tokens=max_top_n_tokens,
        max_input_tokens=max_input_tokens,
        max_total_tokens=max_total_tokens,
        max_batch_total_tokens=max_batch_total_tokens,
        max_client_batch_size=max_client_batch_size,
        validation_workers=validation_workers,
        disable_grammar_support=disable_grammar_support,
        payload_limit=payload_limit,
    )
    wanted = Wanted(
        engine=engine_named(engine),
        path=model_path,
        model_id=model_id,
        upstream=upstream,
        upstream_key=upstream_key or None,
        tokenizer=tokenizer,
        adapters=_adapters(lora_adapters),
        dtype=dtype,
        device=device,
        seats=parallel,
        threads=threads,
    )
    chosen(wanted)
    address = Address(hostname=hostname, port=port, ready_file=ready_file, grace=graceful_termination_timeout)
    doors = Doors(api_key=api_key or None, cors_allow_origin=tuple(cors_allow_origin or ()))
    _run(_serve(wanted, limits, address, doors))


def _run(serving: Coroutine[Any, Any, None]) -> None:
    """Run on uvloop where it is to be had: less of a token's time goes into the loop."""
    try:
        import uvloop  # noqa: PLC0415 - not on Windows
    except ModuleNotFoundError:
        asyncio.run(serving)
    else:
        uvloop.run(serving)


async def _serve(wanted: Wanted, limits: Limits, address: Address, doors: Doors) -> None:
    from tgi.server.opening import opened  # noqa: PLC0415 - as in serve
    from tgi.server.serve import refuse_taken  # noqa: PLC0415 - as in serve
    from tgi.server.serve import serve as run  # noqa: PLC0415 - as in serve

    refuse_taken(address)
    async with opened(wanted, limits) as (engine, model):
        if model.notice is not None:
            typer.echo(f"licence: {model.notice}")
        await run(
            engine,
            model,
            limits,
            address,
            doors,
            version=own_version(),
            announce=lambda url: typer.echo(f"ready: {url} ({model.id})"),
        )


def _adapters(listed: str | None) -> dict[str, Path]:
    """Read TGI's `--lora-adapters`: names with paths, since no hub is asked here.

    Raises:
        typer.BadParameter: a name without a path, or a name twice.

    """
    adapters: dict[str, Path] = {}
    for one in filter(None, (listed or "").split(",")):
        name, equals, path = one.partition("=")
        if not (name and equals and path):
            raise typer.BadParameter(f"{one!r} is not NAME=PATH", param_hint="--lora-adapters")
        if name in adapters:
            raise typer.BadParameter(f"{name!r} is named twice", param_hint="--lora-adapters")
        adapters[name] = Path(path)
    return adapters
