"""The commands under `storyroom-tgi opt`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tgi.opt.errors import MissingExtra, OptError

__all__ = ["opt"]

opt = typer.Typer(help="OPT on real machines.", no_args_is_help=True)


class Launch(StrEnum):
    """What starts the server."""

    TGI_COMMAND = "tgi-command"
    TGI_COMPOSE = "tgi-compose"
    TGI_KUBERNETES = "tgi-kubernetes"
    TGI_HELM = "tgi-helm"
    VLLM_COMMAND = "vllm-command"
    VLLM_COMPOSE = "vllm-compose"
    VLLM_KUBERNETES = "vllm-kubernetes"
    VLLM_HELM = "vllm-helm"


@opt.command()
def plan(
    *,
    gpus: Annotated[str, typer.Option(help="How many, and GB of memory each: 8x80.")],
    model: Annotated[
        str, typer.Option(help="A published size, or a folder with a config.json.")
    ] = "opt-175b",
    nodes: Annotated[int, typer.Option(min=1, help="Machines that the GPUs are spread over.")] = 1,
    bandwidth: Annotated[
        float | None, typer.Option(help="TB/s of one GPU's memory.", show_default="the plainest such card")
    ] = None,
    launch: Annotated[Launch | None, typer.Option(help="Print only what starts this server.")] = None,
    folder: Annotated[
        str | None, typer.Option(help="Where the weights will lie.", show_default="/weights/MODEL")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The whole plan as JSON.")] = False,
) -> None:
    """Say what fits: shards, memory, tokens, limits, speed; exit code 1 where nothing does."""
    if as_json and launch is not None:
        raise OptError("--json and --launch print two different things; give one of them.")
    from tgi.opt.gpus import read_gpus  # noqa: PLC0415 - so that --help answers at once
    from tgi.opt.plan import make_plan  # noqa: PLC0415 - as above
    from tgi.opt.report import plan_json, plan_text  # noqa: PLC0415 - as above
    from tgi.opt.shape import read_shape  # noqa: PLC0415 - as above

    made = make_plan(read_shape(model), read_gpus(gpus, nodes=nodes, bandwidth=bandwidth))
    if as_json:
        typer.echo(json.dumps(plan_json(made), indent=2))
    elif launch is None or made.chosen is None:
        typer.echo(plan_text(made), nl=False, err=launch is not None)
    if made.chosen is None:
        raise typer.Exit(1)
    if launch is not None:
        from tgi.opt.launch.write import write_launch  # noqa: PLC0415 - as above

        typer.echo(write_launch(made, launch.value, folder or f"/weights/{made.shape.name}"), nl=False)


class Dtype(StrEnum):
    """The number format of the weights that are written."""

    KEEP = "keep"
    FLOAT16 = "float16"
    FLOAT32 = "float32"


@opt.command()
def convert(
    parts: Annotated[Path, typer.Argument(help="The folder with Meta's .pt files.")],
    out: Annotated[Path, typer.Argument(help="The folder to write; empty, or an unfinished conversion.")],
    *,
    tokenizer: Annotated[
        Path | None,
        typer.Option(
            help="A folder with gpt2-vocab.json, gpt2-merges.txt and dict.txt, or with a tokenizer.json.",
            show_default="PARTS",
        ),
    ] = None,
    dtype: Annotated[Dtype, typer.Option(help="The number format to write.")] = Dtype.KEEP,
    shard_size: Annotated[str, typer.Option(help="The largest file of weights: 5GB, 500MB, 2GiB.")] = "5GB",
    heads: Annotated[
        int | None,
        typer.Option(min=1, help="Attention heads.", show_default="as the parts or a published size say"),
    ] = None,
    md5: Annotated[
        Path | None, typer.Option(help="A list of the parts' MD5 sums, as Meta publishes it, to check first.")
    ] = None,
    check_parts: Annotated[
        bool, typer.Option("--check-parts/--no-check-parts", help="Read the parts in full for damage first.")
    ] = True,
    trust_names: Annotated[
        bool, typer.Option("--trust-names", help="Take parts for what they are named, whatever is in them.")
    ] = False,
    start_over: Annotated[
        bool, typer.Option("--start-over", help="Drop an unfinished conversion in OUT.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look at everything; write nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Turn Meta's parts of an OPT into a folder of safetensors; run again, it goes on where it was."""
    with _extra("opt"):
        from tgi.opt.convert import report, run  # noqa: PLC0415 - NumPy is of the extra
    from tgi.opt.convert.plan import read_size  # noqa: PLC0415 - as in plan
    from tgi.opt.dtypes import F16, F32  # noqa: PLC0415 - as in plan
    from tgi.opt.progress import Bar  # noqa: PLC0415 - as in plan

    wanted = run.Wanted(
        parts=parts,
        out=out,
        tokenizer=tokenizer or parts,
        form={Dtype.KEEP: None, Dtype.FLOAT16: F16, Dtype.FLOAT32: F32}[dtype],
        shard_size=read_size(shard_size),
        heads=heads,
        md5=md5,
        check_parts=check_parts,
        trust_names=trust_names,
        start_over=start_over,
    )
    prepared = run.prepare(wanted)
    typer.echo(report.prepared_text(prepared, out), nl=False)
    with Bar(quiet=quiet) as bar:
        if dry_run:
            run.check_parts(wanted, prepared, bar)
            return
        kept = run.convert(wanted, prepared, bar)
    typer.echo(report.done_text(prepared, out, kept), nl=False)


@opt.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="A folder with a config.json and .safetensors files.")],
    *,
    sums: Annotated[
        bool, typer.Option("--sums/--no-sums", help="Read every file and hold it against SHA256SUMS.")
    ] = True,
    deep: Annotated[
        bool, typer.Option("--deep", help="Look at every number: none is NaN or infinite.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Check a whole OPT folder, a line for each fault; exit code 1 where there is one."""
    with _extra("opt"):
        from tgi.opt.verify import run  # noqa: PLC0415 - NumPy is of the extra
    from tgi.opt.progress import Bar  # noqa: PLC0415 - as in plan
    from tgi.opt.verify.report import report_json, report_text  # noqa: PLC0415 - as in plan

    with Bar(quiet=quiet or as_json) as bar:
        bar.stage("reading", run.to_read(folder, sums=sums, deep=deep))
        report = run.verify(folder, sums=sums, deep=deep, progress=bar.done)
    typer.echo(json.dumps(report_json(report), indent=2) if as_json else report_text(report), nl=as_json)
    if not report.whole:
        raise typer.Exit(1)


@opt.command()
def shard_check(
    folder: Annotated[Path, typer.Argument(help="A folder with a config.json and .safetensors files.")],
    *,
    ranks: Annotated[
        str | None,
        typer.Option(
            help="Numbers of ranks to compare with one.", show_default="2,3, where they divide the heads"
        ),
    ] = None,
    tokens: Annotated[int, typer.Option(min=1, help="Greedy tokens after each prompt.")] = 16,
    layers: Annotated[
        int | None, typer.Option(min=1, help="Only the first so many, to save memory.", show_default="all")
    ] = None,
    prompt: Annotated[
        str | None, typer.Option(help="A text to go on with.", show_default="two rows of spread ids")
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0, help="How much logits may differ, as a share of the largest.")
    ] = 1e-4,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that a rank waits for the others.")] = 1800,
    as_json: Annotated[bool, typer.Option("--json", help="The comparison as JSON.")] = False,
) -> None:
    """Split a model over ranks on this machine and compare with one; exit code 1 where they differ."""
    with _extra("models"):
        from tgi.opt.shard_check.compare import compare_ranks, read_ranks  # noqa: PLC0415 - NumPy is of the extra

    checked = compare_ranks(
        folder,
        None if ranks is None else read_ranks(ranks),
        new=tokens,
        layers=layers,
        prompt=prompt,
        tolerance=tolerance,
        timeout=timeout,
        told=lambda what: typer.echo(f"running {what} ...", err=True),
    )
    typer.echo(json.dumps(checked.json(), indent=2) if as_json else checked.text(), nl=as_json)
    if not checked.same:
        raise typer.Exit(1)


@contextmanager
def _extra(name: str) -> Iterator[None]:
    """Say which extra a module that is missing belongs to. Raises MissingExtra."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith(("bot", "tgi")):
            raise
        raise MissingExtra(
            f'This needs the extra "{name}" ({error.name}): pip install "storyroom[{name}]".'
        ) from error
