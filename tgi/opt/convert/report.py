"""What a conversion says: what it found, and what it did."""

from __future__ import annotations

from pathlib import Path

from tgi.opt.convert.run import Prepared
from tgi.opt.sizes import size_text

__all__ = ["done_text", "prepared_text"]


def prepared_text(prepared: Prepared, out: Path) -> str:
    """What was found and what will be written."""
    shape, shaped = prepared.checkpoint.shaped.shape, prepared.checkpoint.shaped
    parts = prepared.checkpoint.parts
    files = sum(len(part.archives) for part in parts)
    kind = "flattened" if any(part.flattened for part in parts) else "not flattened"
    read = prepared.checkpoint.tensors[0].format.torch
    shards = len(prepared.output.shards)
    worst = max(prepared.checkpoint.drifted.values(), default=0.0)
    drifted = (
        f"Note: {_count(len(prepared.checkpoint.drifted), 'tensor')} that each part has whole differ "
        "between parts "
        f"by up to {worst:.2g} of their size; the first part's are taken, as metaseq does.\n"
        if worst
        else ""
    )
    return (
        f"Found: an OPT of {_count(shape.layers, 'layer')}, width {shape.width:,}, {shape.heads} heads "
        f"({shaped.heads_from}), {shape.vocabulary:,} words; {_count(len(parts), 'part')} in "
        f"{_count(files, 'file')}, {read}, {kind}.\n"
        f"{drifted}"
        f"Tokenizer: {prepared.tokenizer.words:,} ids, {prepared.tokenizer.said}.\n"
        f"Writes: {_count(shards, 'file')} of weights in {prepared.form.torch}, "
        f"{size_text(prepared.output.size)}, to "
        f"{out}; {size_text(prepared.needed)} are needed, {size_text(prepared.free)} are free.\n"
    )


def done_text(prepared: Prepared, out: Path, kept: list[str]) -> str:
    """What was done."""
    before = f" ({len(kept)} of them from an earlier run)" if kept else ""
    return (
        f"Done: {_count(len(prepared.output.shards), 'file')} of weights{before}, "
        f"{size_text(prepared.output.size)}.\n"
        f"Check it: storyroom-tgi opt verify {out}\n"
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
