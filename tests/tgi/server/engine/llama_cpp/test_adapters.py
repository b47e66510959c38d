"""Files that are LoRA adapters, and files that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tgi.server.engine.llama_cpp.lora import write_lora
from tgi.errors import UnreadableModel
from tgi.server.engine.llama_cpp.adapters import check_adapter


def test_a_lora_adapter_of_the_models_kind_is_taken(tmp_path: Path) -> None:
    write_lora(tmp_path / "good.gguf")
    check_adapter(tmp_path / "good.gguf", "llama")


def test_a_file_that_is_no_adapter_for_this_model_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bad.gguf"
    write_lora(file, kind="model")
    with pytest.raises(UnreadableModel, match=r"is a GGUF file, but no LoRA adapter\.$"):
        check_adapter(file, "llama")
    write_lora(file, adapter="control")
    with pytest.raises(UnreadableModel, match=r"is a GGUF file, but no LoRA adapter\.$"):
        check_adapter(file, "llama")
    write_lora(file, architecture="gpt2")
    with pytest.raises(UnreadableModel, match=r"is for gpt2 models; the model is a llama one\.$"):
        check_adapter(file, "llama")
    write_lora(file)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(UnreadableModel, match=r"is cut short: 17,215 of 17,216 bytes are there"):
        check_adapter(file, "llama")
    file.write_bytes(b"PK")
    with pytest.raises(UnreadableModel, match="is not a whole GGUF model file"):
        check_adapter(file, "llama")
    with pytest.raises(UnreadableModel, match="There is no adapter file at"):
        check_adapter(tmp_path / "gone.gguf", "llama")
