"""From a folder to a model in memory, or one sentence that says why not.

Nothing is downloaded and no code of a folder is run. What transformers only warns of, weights that are
missing, left over or of another shape, is refused here: a model that half fits writes nonsense.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING

from tgi.errors import NoRuntime, UnreadableModel
from tgi.server.engine.transformers.folder import Folder
from tgi.server.engine.transformers.memory import hold

DTYPES: Final = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
_DEVICES: Final = ("cpu", "cuda")
_NAMED: Final = 3
"""How many weights a sentence names."""


def device_of(name: str) -> Any:  # noqa: ANN401 - PyTorch has no types here
    """Return the device of this name; `auto` is a GPU where there is one.

    Raises:
        NoRuntime: it is not here.

    """
    there = torch.cuda.is_available()
    if name == "auto":
        return torch.device("cuda" if there else "cpu")
    if name not in _DEVICES:
        raise NoRuntime(f"--device is one of auto, {', '.join(_DEVICES)}; {name} is none.")
    if name == "cuda" and not there:
        raise NoRuntime(
            "PyTorch sees no GPU on this machine: use --device cpu, or install a build for the GPU."
        )
    return torch.device(name)


def dtype_of(name: str, config: Any, device: Any) -> Any:  # noqa: ANN401 - PyTorch has no types here
    """Return the number format of this name; `auto` is float32 on a CPU, else what the model was saved in.

    Raises:
        UnreadableModel: there is no such format.

    """
    if name in DTYPES:
        return DTYPES[name]
    if name != "auto":
        raise UnreadableModel(f"--dtype is one of auto, {', '.join(DTYPES)}; {name} is none.")
    if device.type == "cpu":
        return torch.float32
    return config.dtype if config.dtype in DTYPES.values() else torch.float16


def read_config(folder: Folder, context: int) -> Any:  # noqa: ANN401 - transformers' configuration, untyped
    """Read what the model is.

    Raises:
        UnreadableModel: it is no causal language model that transformers has, or reads less than `context`.

    """
    kind, file = folder.config["model_type"], folder.path / "config.json"
    known = f"transformers {transformers.__version__}"
    if kind not in CONFIG_MAPPING:
        raise UnreadableModel(f"{file} describes a model of the kind {kind}, which {known} does not know.")
    try:
        config = AutoConfig.from_pretrained(folder.path, local_files_only=True, trust_remote_code=False)
    except Exception as error:
        # What transformers raises for a bad value is anything at all.
        raise UnreadableModel(
            f"{file} describes a model of the kind {kind} that {known} cannot read: {_first_line(error)}"
        ) from error
    if type(config) not in MODEL_FOR_CAUSAL_LM_MAPPING or config.is_encoder_decoder:
        raise UnreadableModel(
            f"{folder.path} holds a model of the kind {kind}, which is no causal language model."
        )
    longest = getattr(config, "max_position_embeddings", None)
    if isinstance(longest, int) and context > longest:
        raise UnreadableModel(
            f"The model reads at most {longest} tokens; {context} were asked for (--max-total-tokens)."
        )
    window = _window(config)
    if window is not None and context > window:
        raise UnreadableModel(
            f"The model looks back {window} tokens at most, and {context} were asked for: this engine keeps "
            "no sliding windows."
        )
    return config


def load(folder: Folder, config: Any, *, dtype: Any, device: Any) -> Any:  # noqa: ANN401 - transformers' model, untyped
    """Load the weights.

    Raises:
        UnreadableModel: they do not fit the configuration, or there is too little memory.
        NoRuntime: they need a package that is not installed.

    """
    hold(folder.floats * dtype.itemsize + folder.others, "the weights", device)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    try:
        model, told = AutoModelForCausalLM.from_pretrained(
            folder.path,
            config=config,
            dtype=dtype,
            local_files_only=True,
            trust_remote_code=False,
            ignore_mismatched_sizes=True,  # so that they are told of
            output_loading_info=True,
            **({} if device.type == "cpu" else {"device_map": {"": device}}),
        )
    except (MemoryError, torch.OutOfMemoryError) as error:
        raise UnreadableModel(f"There is not enough memory on {device} for {folder.path}.") from error
    except ImportError as error:
        raise NoRuntime(f"{folder.path} needs more than is installed: {_first_line(error)}") from error
    except Exception as error:
        # As above: there is no one error for weights that do not load.
        raise UnreadableModel(f"{folder.path} cannot be loaded: {_first_line(error)}") from error
    _refuse_misfits(folder.path, told)
    model.eval()
    return model


def ends_of(model: Any) -> frozenset[int]:  # noqa: ANN401 - as above
    """Return the ids of the tokens that end a text."""
    for source in (model.generation_config, model.config):
        found = getattr(source, "eos_token_id", None)
        if found is not None:
            return frozenset(found if isinstance(found, list) else [found])
    return frozenset()


def _refuse_misfits(path: Path, told: dict[str, Any]) -> None:
    misshapen = sorted(told["mismatched_keys"])
    for names, what in (
        (misshapen, "of another shape than it says"),
        (sorted(set(told["missing_keys"]) - set(misshapen)), "missing"),
        (sorted(told["unexpected_keys"]), "more than it has a place for"),
    ):
        if names:
            verb = "is" if len(names) == 1 else "are"
            raise UnreadableModel(
                f"The weights in {path} do not fit its config.json: {_some(names)} {verb} {what}."
            )


def _window(config: Any) -> int | None:  # noqa: ANN401 - as above
    """Find how far back the layers look, where that is less than everything."""
    kinds = set(getattr(config, "layer_types", None) or ())
    if "local" in (getattr(config, "attention_layers", None) or ()):  # GPT-Neo
        return int(config.window_size)
    window = getattr(config, "sliding_window", None) or getattr(config, "attention_chunk_size", None)
    if not isinstance(window, int) or getattr(config, "use_sliding_window", True) is False:
        return None
    return None if kinds == {"full_attention"} else window


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _first_line(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"there is no {error}."
    line = next((each.strip() for each in str(error).splitlines() if each.strip()), type(error).__name__)
    return line if line.endswith(".") else f"{line}."
