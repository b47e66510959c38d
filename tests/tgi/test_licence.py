"""Which licence a model is said to be under: by its name, its shape, its files, its metadata."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from tgi.licence import notice_for
from tgi.opt.shape import KNOWN
from tgi.server.engine.gguf import read_metadata

OPT_175B = [
    "opt-175b",
    "OPT-175B",
    "facebook/opt-175b",
    "/weights/opt-175b",
    "/nvme/OPT 175B/fp16",
    "opt_175b-int4",
    "opt175b",
    "someone/OPT-175 B-safetensors",
    "facebook/opt-iml-max-175b",
]
SMALLER = ["facebook/opt-125m", "opt-350m", "/weights/opt-1.3b", "OPT-6.7B", "opt-iml-30b", "opt 66b"]
OTHERS = ["adopt-175b", "opt-175bc", "a-model", "bloom-175b", "opt-1750b", "optimus-13b", "opt-13", ""]


def put(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def config(name: str, model_type: str = "opt") -> str:
    shape = KNOWN[name]
    sizes = {
        "num_hidden_layers": shape.layers,
        "hidden_size": shape.width,
        "num_attention_heads": shape.heads,
    }
    return json.dumps({"model_type": model_type, **sizes})


@pytest.mark.parametrize("model", OPT_175B)
def test_opt_175b_is_known_by_its_usual_spellings(model: str) -> None:
    notice = notice_for(model)
    assert notice.name == "OPT-175B licence"
    assert notice.restricts_use
    assert "non-commercial research only" in notice.text
    assert "every text written with it" in notice.text
    assert "metaseq" in notice.text


@pytest.mark.parametrize("model", SMALLER)
def test_smaller_opts_are_under_the_opt_licence(model: str) -> None:
    notice = notice_for(model)
    assert (notice.name, notice.restricts_use) == ("OPT licence", True)


@pytest.mark.parametrize("model", OTHERS)
def test_a_name_that_is_no_opts_is_not_taken_for_one(model: str) -> None:
    assert notice_for(model).name == "not stated"


def test_opt_175b_is_known_by_its_shape_whatever_it_is_called(tmp_path: Path) -> None:
    put(tmp_path, config__json=config("opt-175b"), README__md="---\nlicense: mit\n---\n")
    assert notice_for("a-model", folder=tmp_path).name == "OPT-175B licence"


def test_a_folder_s_own_name_counts_too(tmp_path: Path) -> None:
    folder = tmp_path / "OPT-175B"
    folder.mkdir()
    assert notice_for("a-model", folder=folder).name == "OPT-175B licence"


def test_a_smaller_opts_shape_gives_way_to_what_its_files_say(tmp_path: Path) -> None:
    put(tmp_path, config__json=config("opt-125m"))
    assert notice_for("a-model", folder=tmp_path).name == "OPT licence"
    put(tmp_path, README__md="---\nlicense: apache-2.0\n---\n")
    assert notice_for("a-model", folder=tmp_path).name == "apache-2.0"


def test_the_shape_of_another_family_says_nothing(tmp_path: Path) -> None:
    put(tmp_path, config__json=config("opt-175b", "llama"))
    assert notice_for("a-model", folder=tmp_path).name == "not stated"


@pytest.mark.parametrize(
    ("front", "name"),
    [
        ("license: apache-2.0", "apache-2.0"),
        ('tags: [a]\nlicense: "mit"\nlanguage: en', "mit"),
        ("license:\n- bsd-3-clause\n- mit", "bsd-3-clause"),
        ("license: [openrail]", "openrail"),
        ("license: other\nlicense_name: llama3.1\nlicense_link: LICENSE", "llama3.1"),
        ("license: cc-by-nc-4.0 # see below", "cc-by-nc-4.0"),
    ],
)
def test_a_model_card_s_front_matter_names_the_licence(tmp_path: Path, front: str, name: str) -> None:
    put(tmp_path, README__md=f"---\n{front}\n---\n# A model\nlicense: wrong\n")
    notice = notice_for("a-model", folder=tmp_path)
    assert notice.name == name
    assert notice.text == f"The model's licence is {name} (its README.md says so)."
    assert notice.restricts_use is ("nc" in name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("\n    Apache License\n    Version 2.0, January 2004\n", "apache-2.0"),
        ("MIT License\n\nCopyright (c) 2026 Ana\n", "mit"),
        ("# The Ana Licence\n\nFor research only.\n", "The Ana Licence"),
        ("A licence\x1b[31m of " + "x" * 200, ("A licence [31m of " + "x" * 200)[:80]),
    ],
)
def test_a_licence_s_first_line_names_it(tmp_path: Path, text: str, name: str) -> None:
    put(tmp_path, LICENSE=text)
    assert notice_for("a-model", folder=tmp_path).name == name


def test_the_licence_that_every_opt_is_delivered_with_restricts(tmp_path: Path) -> None:
    put(tmp_path, LICENSE__md="# OPT-175B LICENSE AGREEMENT\n\nText.\n")
    assert notice_for("my-model", folder=tmp_path).name == "OPT licence"


def test_a_card_that_says_other_leaves_it_to_the_licence_beside_it(tmp_path: Path) -> None:
    put(tmp_path, README__md="---\nlicense: other\n---\n", LICENSE="Non-Commercial Licence of Ana\n")
    notice = notice_for("a-model", folder=tmp_path)
    assert (notice.name, notice.restricts_use) == ("Non-Commercial Licence of Ana", True)


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"model_type": "opt"}', "null", "[" * 60_000])
def test_files_that_say_nothing_are_not_stated(tmp_path: Path, torn: str) -> None:
    put(tmp_path, config__json=torn, README__md=torn, LICENSE="\n")
    notice = notice_for("a-model", folder=tmp_path)
    assert notice.name == "not stated"
    assert not notice.restricts_use


def test_a_folder_that_is_away_is_not_stated(tmp_path: Path) -> None:
    assert notice_for(None, folder=tmp_path / "gone").name == "not stated"


def test_bytes_that_are_no_text_are_read_without_a_fault(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_bytes(b"\xff\xfe---\n\x00")
    assert notice_for("a-model", folder=tmp_path).name == "not stated"


def test_a_gguf_file_s_metadata_names_the_licence(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf({"general.name": "Ana 1", "general.license": "apache-2.0"}))
    notice = notice_for("a-model", metadata=read_metadata(path))
    assert (notice.name, notice.restricts_use) == ("apache-2.0", False)
    assert "general.license" in notice.text


def test_a_gguf_file_of_an_opt_is_known_by_the_name_in_it(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf({"general.name": "OPT 175B", "general.license": "mit"}))
    assert notice_for("a-model", metadata=read_metadata(path)).name == "OPT-175B licence"


def test_metadata_without_a_licence_is_not_stated() -> None:
    assert notice_for("a-model", metadata={"general.license": 7, "general.name": b"x"}).name == "not stated"


def gguf(texts: dict[str, str]) -> bytes:
    """The head of a GGUF file with no tensors."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value.encode())) + value.encode()

    pairs = b"".join(text(key) + struct.pack("<I", 8) + text(value) for key, value in texts.items())
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(texts)) + pairs
