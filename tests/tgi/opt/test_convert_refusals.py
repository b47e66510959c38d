"""Parts that are torn, missing, swapped, doubled or foreign are named before anything is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tgi.opt import meta, vocabulary
from tests.tgi.opt.converting import checkpoint, convert
from tests.tgi.opt.torch_file import Tensor, save
from tgi.opt import errors
from tgi.opt.convert.archive import open_archive
from tgi.opt.errors import OptError

PLAIN = meta.Layout()
FSDP = meta.Layout(shards=3, name=meta.DELIVERED)
UNMARKED = meta.Layout(root="archive", suffix=False)
"""Files that do not say which part they are."""


def part(rank: int) -> str:
    return f"reshard-model_part-{rank}.pt"


def shard(rank: int, number: int) -> str:
    return f"checkpoint_last-model_part-{rank}-shard{number}.pt"


def swap(folder: Path, one: str, other: str) -> None:
    (folder / one).rename(folder / "aside")
    (folder / other).rename(folder / one)
    (folder / "aside").rename(folder / other)


def cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


def from_elsewhere(folder: Path, name: str, layout: meta.Layout = PLAIN, **other: Any) -> None:
    elsewhere = folder.parent / "elsewhere"
    shape = other.pop("shape", meta.TINY)
    meta.write(elsewhere, meta.model(shape, **other), shape, layout)
    shutil.copyfile(elsewhere / name, folder / name)


def drop(*paths: Path) -> None:
    for path in paths:
        path.unlink()


Case = tuple[meta.Layout, Callable[[Path], object], type[OptError], str]

CASES: dict[str, Case] = {
    "torn: half of it is there": (
        PLAIN, lambda f: cut(f / part(3), 9000), errors.TornPart,
        f"{part(3)} is torn: it ends after 9,000 bytes"),
    "torn: it is empty": (
        PLAIN, lambda f: cut(f / part(3), 0), errors.TornPart,
        f"{part(3)} is not a file of torch.save: it is empty"),
    "torn: an error page was saved instead": (
        PLAIN, lambda f: (f / part(3)).write_text("<html>403"), errors.TornPart,
        f"{part(3)} is not a file of"),
    "torn: a zip of something else": (
        PLAIN,
        lambda f: shutil.move(shutil.make_archive(str(f / "x"), "zip", f, part(0)), f / part(3)),
        errors.TornPart,
        f"{part(3)} is a zip, but not a file of torch.save",
    ),
    "torn: PyTorch's old format": (
        PLAIN,
        lambda f: (f / part(3)).write_bytes(b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19." + bytes(50)),
        errors.TornPart,
        f"{part(3)} is in the format of PyTorch before 1.6",
    ),
    "missing: one of eight": (
        PLAIN, lambda f: (f / part(3)).unlink(), errors.MissingPart, f"{part(3)} is missing from"),
    "missing: the last one": (
        PLAIN, lambda f: (f / part(7)).unlink(), errors.MissingPart, "7 are here: model_part-7 must follow"),
    "missing: the last three": (
        PLAIN,
        lambda f: drop(*(f / part(rank) for rank in (5, 6, 7))),
        errors.MissingPart,
        "model_part-5 to model_part-7 must follow",
    ),
    "missing: a shard in the middle": (
        FSDP, lambda f: (f / shard(3, 1)).unlink(), errors.MissingPart, f"{shard(3, 1)} is missing from"),
    "missing: the last shard of one part": (
        FSDP, lambda f: (f / shard(3, 2)).unlink(), errors.MissingPart, f"{shard(3, 2)} is missing from"),
    "missing: the last shard of each part": (
        FSDP,
        lambda f: drop(*(f / shard(rank, 2) for rank in range(8))),
        errors.MissingPart,
        f"After {shard(0, 1)} more shards must follow",
    ),
    "missing: all of them": (
        PLAIN, lambda f: drop(*f.glob("*.pt")), errors.MissingPart, "holds no .pt file"),
    "missing: no file is named as a part": (
        PLAIN,
        lambda f: [path.rename(f / f"{chr(97 + n)}.pt") for n, path in enumerate(f.glob("*.pt"))],
        errors.MissingPart,
        "None of the 8 .pt files",
    ),
    "swapped: under each other's names": (
        PLAIN, lambda f: swap(f, part(2), part(5)), errors.SwappedPart,
        f"{part(2)} was saved as model_part-5"),
    "swapped: only the configuration tells": (
        replace(PLAIN, root="archive"),
        lambda f: swap(f, part(2), part(5)),
        errors.SwappedPart,
        f"{part(2)} was trained as model_part-5",
    ),
    "swapped: shards of a part": (
        FSDP,
        lambda f: swap(f, shard(2, 0), shard(2, 1)),
        errors.SwappedPart,
        f"{shard(2, 0)} was saved as model_part-2-shard1",
    ),
    "swapped: the last shard of a part, unmarked": (
        replace(FSDP, root="archive", suffix=False, shards=7),
        lambda f: swap(f, shard(2, 4), shard(2, 6)),
        errors.SwappedPart,
        f"{shard(2, 4)} ends with padding, as only the last shard of a part does, and {shard(2, 5)} goes on",
    ),
    "doubled: a part under two names": (
        PLAIN,
        lambda f: shutil.copyfile(f / part(3), f / "copy-model_part-3.pt"),
        errors.DoublePart,
        "model_part-3 is there twice: copy-model_part-3.pt and reshard-model_part-3.pt",
    ),
    "doubled: a part whole and in shards": (
        PLAIN,
        lambda f: shutil.copyfile(f / part(3), f / shard(3, 0)),
        errors.DoublePart,
        f"model_part-3 is there twice: {part(3)} is whole, and {shard(3, 0)} is a shard of it",
    ),
    "doubled: one part stands for two": (
        UNMARKED,
        lambda f: shutil.copyfile(f / part(3), f / part(5)),
        errors.DoublePart,
        f"{part(5)} is a copy of {part(3)}",
    ),
    "foreign: of another seed": (
        PLAIN, lambda f: from_elsewhere(f, part(3), seed=1), errors.ForeignPart,
        f"{part(3)} is of another checkpoint"),
    "foreign: the first one is the odd one": (
        PLAIN, lambda f: from_elsewhere(f, part(0), seed=1), errors.ForeignPart,
        f"{part(0)} is of another checkpoint"),
    "foreign: of another training step": (
        PLAIN,
        lambda f: from_elsewhere(f, part(3), replace(PLAIN, step=142_000)),
        errors.ForeignPart,
        f"{part(3)} is of another checkpoint than the rest: it was saved after 142,000 updates, they",
    ),
    "foreign: a shard of another step": (
        FSDP,
        lambda f: from_elsewhere(f, shard(3, 1), replace(FSDP, step=142_000)),
        errors.ForeignPart,
        f"{shard(3, 1)} is of another checkpoint",
    ),
    "foreign: of another width": (
        PLAIN,
        lambda f: from_elsewhere(f, part(3), shape=replace(meta.TINY, width=64)),
        errors.ForeignPart,
        f"{part(3)} has model.decoder",
    ),
    "foreign: a shard of another size": (
        FSDP,
        lambda f: from_elsewhere(f, shard(3, 1), FSDP, shape=replace(meta.TINY, width=64)),
        errors.ForeignPart,
        f"{shard(3, 1)} has no flat_param with the tensors of {shard(3, 0)}",
    ),
    "foreign: in another number format": (
        PLAIN,
        lambda f: from_elsewhere(f, part(3), form="<f4"),
        errors.ForeignPart,
        "in different number formats",
    ),
    "foreign: cut for fewer parts": (
        PLAIN,
        lambda f: from_elsewhere(f, part(1), replace(PLAIN, parts=2)),
        errors.ForeignPart,
        f"{part(1)} is one of 2 parts, but 8 are here",
    ),
    "foreign: a file of other things": (
        PLAIN,
        lambda f: save(f / part(3), {"weights": Tensor(np.zeros(3, "<f4"))}),
        errors.ForeignPart,
        f'{part(3)} is no checkpoint of metaseq: it has no "model"',
    ),
    "foreign: a number that no part has": (
        PLAIN,
        lambda f: shutil.copyfile(f / part(3), f / "reshard-model_part-99999999999.pt"),
        errors.ForeignPart,
        "reshard-model_part-99999999999.pt has a number that no part has",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_it_is_named_and_nothing_is_written(tmp_path: Path, case: Case) -> None:
    layout, spoil, kind, words = case
    parts = checkpoint(tmp_path / "parts", layout)
    spoil(parts)
    with pytest.raises(OptError) as caught:
        convert(parts, tmp_path / "out")
    assert type(caught.value) is kind, caught.value
    assert words in str(caught.value)
    assert str(caught.value).count("\n") == 0
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("layout", [PLAIN, FSDP], ids=["whole", "shards"])
def test_a_flipped_bit_in_the_numbers_is_found_before_the_first_file_is_written(
    tmp_path: Path, layout: meta.Layout
) -> None:
    parts = checkpoint(tmp_path / "parts", layout)
    victim = sorted(parts.glob("*.pt"))[-2]
    largest = max(open_archive(victim).members.values(), key=lambda member: member.size)
    raw = bytearray(victim.read_bytes())
    raw[largest.offset + largest.size // 4] ^= 4
    victim.write_bytes(raw)
    with pytest.raises(errors.TornPart, match=f"{victim.name} is damaged"):
        convert(parts, tmp_path / "out")
    assert not list((tmp_path / "out").glob("*.safetensors"))


def test_damage_in_what_every_part_has_is_called_damage(tmp_path: Path) -> None:
    parts = checkpoint(tmp_path / "parts")
    raw = bytearray((parts / part(3)).read_bytes())
    place = bytes(raw).index(meta.model()["model.decoder.embed_positions.weight"].tobytes())
    for byte in range(place + 1, place + 2000, 2):
        raw[byte] = 0x60
    (parts / part(3)).write_bytes(raw)
    with pytest.raises(
        errors.TornPart, match=rf"{part(3)} is damaged: the storage of model.decoder.embed_pos"
    ):
        convert(parts, tmp_path / "out")


def test_swapped_parts_that_say_nothing_are_found_by_the_empty_pad(tmp_path: Path) -> None:
    weights = meta.model()
    weights["model.decoder.embed_tokens.weight"][1] = 0
    parts = tmp_path / "parts"
    meta.write(parts, weights, layout=UNMARKED)
    vocabulary.meta(parts)
    swap(parts, part(0), part(5))
    with pytest.raises(errors.SwappedPart, match=rf"{part(5)} holds the empty word embedding"):
        convert(parts, tmp_path / "out")


def test_names_can_be_trusted_instead(tmp_path: Path) -> None:
    parts = checkpoint(tmp_path / "parts")
    swap(parts, part(2), part(5))
    convert(parts, tmp_path / "out", trust_names=True)
    assert (tmp_path / "out" / "config.json").is_file()
