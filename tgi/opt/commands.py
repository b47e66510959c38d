"""The commands under `storyroom-tgi opt`."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

__all__ = ["opt"]

opt = typer.Typer(help="OPT on real machines.", no_args_is_help=True)


class Launch(StrEnum):
    """What starts the server."""

    TGI_COMMAND = "tgi-command"
    TGI_COMPOSE = "tgi-compose"
    TGI_KUBERNETES = "tgi-kubernetes"
    VLLM_COMMAND = "vllm-command"
    VLLM_COMPOSE = "vllm-compose"
    VLLM_KUBERNETES = "vllm-kubernetes"


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
    from tgi.opt.gpus import read_gpus  # noqa: PLC0415 - so that --help answers at once
    from tgi.opt.plan import make_plan  # noqa: PLC0415 - as above
    from tgi.opt.report import plan_json, plan_text  # noqa: PLC0415 - as above
    from tgi.opt.shape import read_shape  # noqa: PLC0415 - as above

    made = make_plan(read_shape(model), read_gpus(gpus, nodes=nodes, bandwidth=bandwidth))
    if as_json:
        typer.echo(json.dumps(plan_json(made), indent=2))
    elif launch is None or made.chosen is None:
        typer.echo(plan_text(made), nl=False)
    if made.chosen is None:
        raise typer.Exit(1)
    if launch is not None and not as_json:
        from tgi.opt.launch.write import write_launch  # noqa: PLC0415 - as above

        typer.echo(write_launch(made, launch.value, folder or f"/weights/{made.shape.name}"), nl=False)
