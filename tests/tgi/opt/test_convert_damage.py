"""Whatever is cut off a part or flipped in it: either it is refused by name, or the bytes did not matter."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.tgi.opt import meta
from tests.tgi.opt.converting import checkpoint, convert, weights_of
from tgi.opt.errors import BadParts
from tgi.opt.shape import Shape

SMALL = Shape("small", layers=1, width=8, heads=2, feed_forward=16, vocabulary=304, positions=6)
LAYOUTS = [
    meta.Layout(parts=2, newest=True),
    meta.Layout(parts=2, shards=2, name=meta.DELIVERED, root="archive", suffix=False),
]
SHARE = st.floats(0, 1, exclude_max=True)


@pytest.fixture(scope="module", params=LAYOUTS, ids=["whole", "shards"])
def sound(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("sound") / "parts", request.param, SMALL)


def outcome(sound: Path, place: Path, victim: int, change: bytes) -> str | dict[str, bytes]:
    """What the refusal says, or the weights."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(sound, place / "parts")
    path = sorted((place / "parts").glob("*.pt"))[victim]
    path.write_bytes(change)
    try:
        convert(place / "parts", place / "out", shard_size=10**9)
    except BadParts as error:
        assert not list((place / "out").glob("*.safetensors"))
        return str(error)
    return {name: each.tobytes() for name, each in weights_of(place / "out").items()}


def bits(sound: Path, victim: int) -> tuple[Path, bytes]:
    path = sorted(sound.glob("*.pt"))[victim]
    return path, path.read_bytes()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(victim=st.integers(0, 1), kept=SHARE)
@example(victim=1, kept=0.999)
def test_a_part_cut_anywhere_is_refused_by_name(
    sound: Path, tmp_path: Path, victim: int, kept: float
) -> None:
    path, raw = bits(sound, victim)
    said = outcome(sound, tmp_path / "one", victim, raw[: int(len(raw) * kept)])
    assert isinstance(said, str)
    assert path.name in said


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(victim=st.integers(0, 1), at=SHARE, bit=st.integers(0, 7), tail=st.booleans())
def test_a_flipped_bit_never_gives_other_weights(
    sound: Path, tmp_path: Path, victim: int, at: float, bit: int, *, tail: bool
) -> None:
    path, raw = bits(sound, victim)
    # Half of the flips are in the table of contents at the end, and in the pickle at the start.
    place = int(len(raw) * at) if not tail else -1 - int(1500 * at)
    flipped = bytearray(raw)
    flipped[place] ^= 1 << bit
    result = outcome(sound, tmp_path / "one", victim, bytes(flipped))
    if isinstance(result, str):
        assert path.name in result
    else:
        assert result == {name: each.tobytes() for name, each in meta.model(SMALL).items()}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(victim=st.integers(0, 1), noise=st.binary(min_size=1, max_size=64), at=SHARE)
def test_written_over_bytes_never_give_other_weights(
    sound: Path, tmp_path: Path, victim: int, noise: bytes, at: float
) -> None:
    path, raw = bits(sound, victim)
    place = int(len(raw) * at)
    result = outcome(sound, tmp_path / "one", victim, raw[:place] + noise + raw[place + len(noise) :])
    if isinstance(result, str):
        assert path.name in result
    else:
        assert result == {name: each.tobytes() for name, each in meta.model(SMALL).items()}


def test_a_swap_that_nothing_tells_is_what_md5_lists_are_for(tmp_path: Path) -> None:
    # Two middle parts that say nothing of themselves: no content tells which is which, as the docs say.
    layout = replace(meta.Layout(), parts=4, root="archive", suffix=False)
    parts = checkpoint(tmp_path / "parts", layout)
    one, other = parts / "reshard-model_part-1.pt", parts / "reshard-model_part-2.pt"
    raw = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(raw)
    convert(parts, tmp_path / "out")
    assert weights_of(tmp_path / "out").keys() == meta.model().keys()
