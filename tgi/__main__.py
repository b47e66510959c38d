"""The command `storyroom-tgi`: bring the small model, serve it.

Heavy modules are imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import asyncio
import sys
from enum import IntEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tgi.errors import EngineError, NotFetched, ServeError, TgiError, WeightsError
from tgi.opt.commands import opt
from tgi.opt.errors import OptError

if TYPE_CHECKING:
    from tgi.server.app import Model
    from tgi.server.limits import Limits
    from tgi.server.serve import Address

app = typer.Typer(
    help="The model side of Story Rooms on one machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(opt, name="opt")


class ExitCode(IntEnum):
    """Why the command ended (sysexits.h)."""

    USAGE = 64
    WEIGHTS = 66
    ADDRESS = 69
    ENGINE = 70


def main() -> None:
    """Run the command line; an expected failure is one sentence on stderr and an `ExitCode`."""
    try:
        app()
    except TgiError as error:
        typer.echo(f"storyroom-tgi: {error}", err=True)
        sys.exit(_exit_code(error))


@app.command()
def fetch(
    *,
    verify: Annotated[bool, typer.Option("--verify", help="Read and sum a cached file in full.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the path only.")] = False,
) -> None:
    """Bring the small model into the user's cache and print its path."""
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn  # noqa: PLC0415 - slow to import

    from tgi import weights  # noqa: PLC0415 - with the above

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
        task = bar.add_task("unpack and check", total=weights.SMOLLM2.size, visible=False)
        path = weights.fetch(
            verify=verify,
            quiet=quiet,
            progress=lambda done: bar.update(task, completed=done, visible=True),
        )
    typer.echo(str(path))


@app.command()
def serve(
    *,
    hostname: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=0, max=65535, help="0 takes a free port.")] = 3000,
    model_path: Annotated[
        Path | None, typer.Option(help="A GGUF file.", show_default="the fetched model")
    ] = None,
    model_id: Annotated[
        str | None, typer.Option(help="What /info calls the model.", show_default="from the file")
    ] = None,
    max_concurrent_requests: Annotated[int, typer.Option(envvar="MAX_CONCURRENT_REQUESTS", min=1)] = 128,
    max_best_of: Annotated[int, typer.Option(envvar="MAX_BEST_OF", min=1)] = 2,
    max_stop_sequences: Annotated[int, typer.Option(envvar="MAX_STOP_SEQUENCES", min=0)] = 4,
    max_top_n_tokens: Annotated[int, typer.Option(envvar="MAX_TOP_N_TOKENS", min=0)] = 5,
    max_input_tokens: Annotated[
        int | None,
        typer.Option(envvar="MAX_INPUT_TOKENS", min=1, show_default="--max-total-tokens - 1"),
    ] = None,
    max_total_tokens: Annotated[int, typer.Option(envvar="MAX_TOTAL_TOKENS", min=2)] = 2048,
    payload_limit: Annotated[int, typer.Option(envvar="PAYLOAD_LIMIT", min=1, help="Bytes.")] = 2_000_000,
    api_key: Annotated[
        str | None, typer.Option(envvar="API_KEY", help="Demanded of who sends prompts.", show_default=False)
    ] = None,
    parallel: Annotated[int, typer.Option(min=1, help="Generations that run at once.")] = 4,
    threads: Annotated[int | None, typer.Option(min=1, show_default="the cores at hand")] = None,
    ready_file: Annotated[Path | None, typer.Option(help='Written when ready: {"port":..,"pid":..}.')] = None,
) -> None:
    """Serve a GGUF model as a Text Generation Inference server does."""
    from tgi.server.limits import Limits  # noqa: PLC0415 - pydantic and aiohttp are slow to import
    from tgi.server.serve import Address  # noqa: PLC0415 - with the above

    limits = Limits(
        max_concurrent_requests=max_concurrent_requests,
        max_best_of=max_best_of,
        max_stop_sequences=max_stop_sequences,
        max_top_n_tokens=max_top_n_tokens,
        max_input_tokens=max_input_tokens,
        max_total_tokens=max_total_tokens,
        payload_limit=payload_limit,
    )
    address = Address(hostname=hostname, port=port, ready_file=ready_file)
    path, model = _model(model_path, model_id)
    asyncio.run(
        _serve(path, model, limits, address, api_key=api_key or None, parallel=parallel, threads=threads)
    )


def _model(path: Path | None, model_id: str | None) -> tuple[Path, Model]:
    from tgi import weights  # noqa: PLC0415 - as in serve
    from tgi.server.app import Model  # noqa: PLC0415 - as in serve

    known = weights.SMOLLM2
    if path is None:
        path, sum_ = weights.fetched(known), known.sha256
    elif not path.is_file():
        raise NotFetched(f"There is no model file at {path}.")
    else:
        sum_ = weights.sha256_of(path)
    own_name = known.model_id if sum_ == known.sha256 else path.stem
    return path, Model(id=model_id or own_name, sha=sum_)


async def _serve(
    path: Path,
    model: Model,
    limits: Limits,
    address: Address,
    *,
    api_key: str | None,
    parallel: int,
    threads: int | None,
) -> None:
    from tgi.server.engine.llama_cpp import LlamaCpp  # noqa: PLC0415 - as in serve
    from tgi.server.serve import refuse_taken  # noqa: PLC0415 - as in serve
    from tgi.server.serve import serve as run  # noqa: PLC0415 - as in serve

    refuse_taken(address)
    engine = await LlamaCpp.load(path, seats=parallel, context=limits.max_total_tokens, threads=threads)
    try:
        await run(
            engine,
            model,
            limits,
            address,
            version=_version(),
            api_key=api_key,
            announce=lambda url: typer.echo(f"ready: {url} ({model.id})"),
        )
    finally:
        await engine.close()


def _version() -> str:
    try:
        return version("storyroom")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0+source"


def _exit_code(error: TgiError) -> ExitCode:
    match error:
        case OptError():
            return ExitCode.USAGE
        case WeightsError():
            return ExitCode.WEIGHTS
        case ServeError():
            return ExitCode.ADDRESS
        case EngineError():
            return ExitCode.ENGINE
        case _:
            raise error


if __name__ == "__main__":
    main()
