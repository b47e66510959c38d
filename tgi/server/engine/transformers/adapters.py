"""LoRA adapters in PEFT's layout, loaded beside the model and chosen row by row.

PEFT computes a step of several adapters in one pass; what it cannot mix (DoRA, trained biases, whole modules)
is refused when it is loaded. A pass of one adapter only is computed by turning that one on: OPT lays the
tokens of all rows end to end where PEFT would tell rows apart, which does for steps but not for prompts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tgi.errors import NoRuntime, UnreadableModel

_BASE: Final = "__base__"
"""PEFT's name for no adapter."""
_MIXED: Final = "several"
_WEIGHTS: Final = ("adapter_model.safetensors", "adapter_model.bin")


def check_adapter(path: Path) -> None:
    """See that a folder is an adapter of a kind that can be served.

    Raises:
        UnreadableModel: it is not.

    """
    file = path / "adapter_config.json"
    if not path.is_dir():
        raise UnreadableModel(f"There is no adapter folder at {path}.")
    if not file.is_file():
        raise UnreadableModel(f"{path} holds no adapter: it has no adapter_config.json.")
    try:
        config: Any = json.loads(file.read_text(encoding="utf-8"))
        kind = config["peft_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableModel(f"{file} is no adapter's: it names no peft_type.") from error
    if kind != "LORA":
        raise UnreadableModel(f"The adapter {path} is of the kind {kind}; LORA is what can be served.")
    if not any((path / name).is_file() for name in _WEIGHTS):
        raise UnreadableModel(f"{path} has an adapter_config.json and no weights: there is no {_WEIGHTS[0]}.")
    for field, what in (
        ("use_dora", "uses DoRA"),
        ("modules_to_save", "replaces whole modules"),
        ("trainable_token_indices", "replaces the embeddings of tokens"),
    ):
        if config.get(field):
            raise UnreadableModel(f"The adapter {path} {what}, which cannot be mixed with others in a batch.")
    if config.get("bias", "none") != "none" or config.get("lora_bias"):
        raise UnreadableModel(f"The adapter {path} has biases, which cannot be mixed with others in a batch.")


class Adapters:
    """A model and its adapters, of which PEFT's names are `names` by `adapter_id`."""

    def __init__(self, model: Any, names: Mapping[str, str]) -> None:  # noqa: ANN401 - transformers' or PEFT's model, untyped
        self.model = model
        self.names = names
        self._on: str | None = None  # not known yet

    def turn_on(self, wanted: Sequence[str | None]) -> dict[str, list[str]]:
        """Turn on what the rows of a pass want; return what has to be said to the pass itself."""
        if not self.names:
            return {}
        names = [_BASE if name is None else self.names[name] for name in wanted]
        mixed = len(set(names)) > 1
        on = _MIXED if mixed else names[0]
        if on != self._on:
            tuner = self.model.base_model
            if on == _BASE:
                tuner.disable_adapter_layers()
            else:
                tuner.enable_adapter_layers()
            if on not in {_BASE, _MIXED}:
                tuner.set_adapter(on, inference_mode=True)
            self._on = on
        return {"adapter_names": names} if mixed else {}


def with_adapters(model: Any, adapters: Mapping[str, Path]) -> Adapters:  # noqa: ANN401 - transformers' model, untyped
    """Load the adapters.

    Raises:
        NoRuntime: PEFT is missing.
        UnreadableModel: one does not fit the model.

    """
    if not adapters:
        return Adapters(model, {})
    try:
        from peft import PeftConfig, PeftModelForCausalLM  # noqa: PLC0415 - slow, and of no use without adapters
    except ImportError:
        raise NoRuntime(
            "The package peft is not installed: pip install 'storyroom[models]' brings it."
        ) from None
    kind = model.config.model_type
    # PEFT takes a name into the names of modules, where a dot means something.
    names = {name: f"adapter{number}" for number, name in enumerate(adapters)}
    for name, path in adapters.items():
        try:
            if not isinstance(model, PeftModelForCausalLM):
                config = PeftConfig.from_pretrained(str(path))
                config.inference_mode = True
                model = PeftModelForCausalLM(model, config, names[name], autocast_adapter_dtype=False)
            told = model.load_adapter(
                str(path), names[name], autocast_adapter_dtype=False, torch_device="cpu"
            )
        except Exception as error:
            # PEFT and PyTorch have no one error for what does not fit.
            raise UnreadableModel(
                f"The adapter {path} does not fit the model, which is of the kind {kind}: {_reason(error)}"
            ) from error
        misfits = [*told.missing_keys, *told.unexpected_keys]
        if misfits:
            lack = "has none" if told.missing_keys else "has some"
            raise UnreadableModel(
                f"The adapter {path} does not fit the model, which is of the kind {kind}: it {lack} for "
                f"{misfits[0]} ({len(misfits)} in all)."
            )
    return Adapters(model.eval(), names)


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    found = next(
        (line for line in lines if "size mismatch" in line), lines[0] if lines else type(error).__name__
    )
    return found if found.endswith(".") else f"{found}."
