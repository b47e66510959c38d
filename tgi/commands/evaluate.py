"""`storyroom-tgi evaluate`: what the programs write beside the plain prompt, and what people say of both."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tgi.evaluation.briefs import Brief
    from tgi.evaluation.running import Run
    from tgi.evaluation.writers import Writer


_LINES = 20  # of progress, where nobody watches a terminal


def evaluate(
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="[SHEET]...", help="More filled sheets, behind --sheets.")
    ] = None,
    *,
    briefs: Annotated[Path | None, typer.Option(help="The briefs, one JSON object a line.")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", help="Where the measures and texts go.")] = None,
    html: Annotated[Path | None, typer.Option(help="Where the report goes, as a page.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Where the report goes, as Markdown.")] = None,
    blind: Annotated[
        Path | None, typer.Option(help="Where a sheet for voters goes, as CSV; its key goes to OUT.key.json.")
    ] = None,
    sheets: Annotated[
        list[Path] | None, typer.Option(help="Instead: filled sheets, one a person.", show_default=False)
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="The key of the sheets.", show_default="beside them")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="A running TGI server.", show_default="the small model, started here")
    ] = None,
    api_key: Annotated[str | None, typer.Option(envvar="API_KEY", show_default=False)] = None,
    model: Annotated[
        Path | None, typer.Option(help="Start this model instead: a GGUF file, or a folder.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Takes of each brief, each with its seed.")] = 1,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="Briefs that are written at once.")] = 4,
) -> None:
    """Measure what the programs write, beside the field's plain prompt; or count filled sheets."""
    if sheets:
        if briefs is not None:
            raise typer.BadParameter("give either --briefs or --sheets", param_hint="--sheets")
        _count([*sheets, *(more or ())], key, json_out)
        return
    if more:
        raise typer.BadParameter(f"{more[0]}: sheets stand behind --sheets")
    if briefs is None or json_out is None:
        raise typer.BadParameter(
            "--briefs FILE and --json OUT are wanted, or --sheets FILE", param_hint="--briefs"
        )
    if url is not None and model is not None:
        raise typer.BadParameter("--url and --model name two models; give one of them", param_hint="--model")
    from tgi.evaluation.sheets import KEY_SUFFIX  # noqa: PLC0415 - slow to import

    hidden = blind.with_name(blind.name + KEY_SUFFIX) if blind is not None else None
    outs = [out for out in (json_out, html, markdown, blind, hidden) if out is not None]
    _measure(
        briefs, outs, (json_out, html, markdown, blind), (url, api_key, model), seeds=seeds, at_once=at_once
    )


def _measure(
    path: Path,
    outs: Sequence[Path],
    out: tuple[Path, Path | None, Path | None, Path | None],
    server: tuple[str | None, str | None, Path | None],
    *,
    seeds: int,
    at_once: int,
) -> None:
    from tgi.evaluation.briefs import read_briefs  # noqa: PLC0415 - slow to import
    from tgi.evaluation.files import check_folders, write_whole  # noqa: PLC0415 - with the above
    from tgi.evaluation.report import html, markdown  # noqa: PLC0415 - with the above
    from tgi.evaluation.summary import summary  # noqa: PLC0415 - with the above
    from tgi.evaluation.writers import programs  # noqa: PLC0415 - with the above

    briefs = read_briefs(path)
    check_folders(outs)
    writer = programs()
    try:
        run = asyncio.run(_run(briefs, writer, server, seeds=seeds, at_once=at_once))
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None
    whole = summary(run, writer)
    to_json, to_html, to_markdown, to_sheet = out
    write_whole(to_json, _dumped(whole))  # first: what hours were spent on
    if to_html is not None:
        write_whole(to_html, html(whole, briefs))
    if to_markdown is not None:
        write_whole(to_markdown, markdown(whole, briefs))
    if to_sheet is not None:
        _sheet(run, to_sheet)
    for line in _told(whole):
        typer.echo(line)


async def _run(
    briefs: Sequence[Brief],
    writer: Writer,
    server: tuple[str | None, str | None, Path | None],
    *,
    seeds: int,
    at_once: int,
) -> Run:
    from contextlib import AsyncExitStack  # noqa: PLC0415 - with the below

    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - with the above

    from tgi.client import TgiClient  # noqa: PLC0415 - with the above
    from tgi.evaluation.running import PATIENT, run  # noqa: PLC0415 - with the above
    from tgi.evaluation.serving import served  # noqa: PLC0415 - with the above

    url, api_key, model = server
    if (whole := asyncio.current_task()) is not None:
        # As at SIGINT: the model's server, a process of its own, ends too.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, whole.cancel)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(served(model, seats=at_once)) if url is None else url
        tgi = await stack.enter_async_context(TgiClient([address], token=api_key, budgets=PATIENT))
        console = Console(stderr=True)
        bar = stack.enter_context(Progress(*columns, console=console, disable=not console.is_terminal))
        task = bar.add_task("writing", total=len(briefs) * seeds)

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            if not console.is_terminal and done * _LINES // total > (done - 1) * _LINES // total:
                typer.echo(f"written: {done} of {total}", err=True)

        return await run(
            writer,
            tgi,
            briefs,
            seeds=seeds,
            at_once=at_once,
            progress=progress,
        )


def _sheet(run: Run, path: Path) -> None:
    from tgi.evaluation.blind import blind  # noqa: PLC0415 - as in _measure
    from tgi.evaluation.files import write_whole  # noqa: PLC0415 - as in _measure
    from tgi.evaluation.sheets import KEY_SUFFIX  # noqa: PLC0415 - as in _measure

    sheet, key = blind(run.programs, run.plain)
    write_whole(path.with_name(path.name + KEY_SUFFIX), _dumped(key))
    write_whole(path, sheet, encoding="utf-8-sig")  # spreadsheets need the mark


def _count(paths: Sequence[Path], key: Path | None, to_json: Path | None) -> None:
    from tgi.evaluation.agreement import outcome  # noqa: PLC0415 - as in _measure
    from tgi.evaluation.files import check_folders, write_whole  # noqa: PLC0415 - as in _measure
    from tgi.evaluation.sheets import read_sheets  # noqa: PLC0415 - as in _measure

    check_folders([] if to_json is None else [to_json])
    found = outcome(read_sheets(paths, key))
    if to_json is not None:
        write_whole(to_json, _dumped(found))
    for sentence in found["words"]:
        typer.echo(sentence)


def _told(whole: dict[str, Any]) -> list[str]:
    from tgi.evaluation.report.rows import MEASURES, SIDES, about, percent  # noqa: PLC0415 - as in _measure

    lines = [about(whole)]
    for measure, name in MEASURES.items():
        sides = "; ".join(f"{said} {percent(whole[side], measure)}" for side, said in SIDES.items())
        lines.append(f"{name}: {sides}")
    return lines


def _dumped(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
