"""The tests' writer of PyTorch files writes what PyTorch does, and the reader reads what PyTorch wrote."""

from __future__ import annotations

import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.tgi.opt import meta, vocabulary
from tests.tgi.opt.converting import convert, weights_of
from tests.tgi.opt.torch_file import Size, Tensor, save

NUMBERS = np.arange(24, dtype="<f4").reshape(2, 3, 4)


def saved(state_of: Any, tensor: Any, size: Any, shared: Any) -> dict[str, Any]:
    """The same state, of real tensors or of the tests'."""
    return {
        "cfg": state_of,
        "model": OrderedDict(
            [
                ("decoder.version", tensor(np.array([3.0], "<f4"))),
                ("half", tensor(NUMBERS.astype("<f2"))),
                ("whole", shared),
            ]
        ),
        "shard_metadata": {"param_metadata": [{"shapes": [size([2, 3])], "numels": [6], "padding": 0}]},
        "optimizer_history": [{"num_updates": 143_000, "loss": 1.5}],
        "nothing": None,
    }


def test_it_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    config = meta._config(meta.TINY, 3, meta.Layout())
    real = tmp_path / "reshard-model_part-3.pt"
    torch.save(saved(config, torch.from_numpy, torch.Size, torch.from_numpy(NUMBERS)), real)
    with zipfile.ZipFile(real) as zipped:
        identity = zipped.read("reshard-model_part-3/.data/serialization_id")
    config = meta._config(meta.TINY, 3, meta.Layout())
    ours = tmp_path / "ours.pt"
    save(ours, saved(config, Tensor, Size, Tensor(NUMBERS)), root="reshard-model_part-3", identity=identity)
    assert ours.read_bytes() == real.read_bytes()


@pytest.mark.parametrize("newest", [True, False])
def test_pytorch_reads_what_the_tests_write(tmp_path: Path, newest: object) -> None:
    base = Tensor(NUMBERS)
    state = saved(None, Tensor, Size, Tensor(NUMBERS[1, 1], base=base, offset=16))
    save(tmp_path / "ours.pt", state, newest=bool(newest))
    found = torch.load(tmp_path / "ours.pt", weights_only=True)["model"]
    assert found["whole"].tolist() == NUMBERS[1, 1].tolist()
    assert found["half"].dtype == torch.float16
    assert found["half"].tolist() == NUMBERS.tolist()


@pytest.mark.parametrize("shards", [0, 3], ids=["whole", "shards"])
@pytest.mark.parametrize("to_file", [False, True], ids=["to a path", "to an open file"])
def test_what_pytorch_writes_is_converted(tmp_path: Path, shards: int, to_file: object) -> None:
    layout = meta.Layout(parts=2, shards=shards, name=meta.DELIVERED if shards else meta.Layout().name)
    weights = meta.model()
    for path in meta.write(tmp_path / "ours", weights, layout=layout):
        state = torch.load(path, weights_only=False)
        # As a trained model's state has it: parameters, and a version of each module.
        state["model"]._metadata = OrderedDict({"decoder": {"version": 1}})
        for name, tensor in list(state["model"].items()):
            state["model"][name] = torch.nn.Parameter(tensor, requires_grad=False)
        target = tmp_path / "parts" / path.name
        target.parent.mkdir(exist_ok=True)
        if to_file:
            with target.open("wb") as file:
                torch.save(state, file)
        else:
            torch.save(state, target)
    vocabulary.meta(tmp_path / "parts")
    convert(tmp_path / "parts", tmp_path / "out")
    found = weights_of(tmp_path / "out")
    assert {name: each.tobytes() for name, each in found.items()} == {
        name: each.tobytes() for name, each in weights.items()
    }
