"""Is a file a LoRA adapter for this model? Said before llama.cpp is asked, which only says that it failed."""

from __future__ import annotations

from pathlib import Path

from tgi.errors import UnreadableModel
from tgi.server.engine.gguf import check_whole, read_metadata


def check_adapter(path: Path, architecture: str) -> None:
    """Read the head of an adapter.

    Raises:
        UnreadableModel: there is none, or it is no GGUF file, no LoRA adapter, cut short, or of another
            kind of model.

    """
    if not path.is_file():
        raise UnreadableModel(f"There is no adapter file at {path}.")
    metadata = read_metadata(path)
    if (metadata.get("general.type"), metadata.get("adapter.type")) != (b"adapter", b"lora"):
        raise UnreadableModel(f"{path} is a GGUF file, but no LoRA adapter.")
    made_for = metadata.get("general.architecture")
    if made_for != architecture.encode():
        name = made_for.decode(errors="replace") if isinstance(made_for, bytes) else "no"
        raise UnreadableModel(f"The adapter {path} is for {name} models; the model is a {architecture} one.")
    check_whole(path)
