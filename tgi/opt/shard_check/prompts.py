"""What the ranks are asked: token ids of a text, or two rows spread over the whole vocabulary."""

from __future__ import annotations

from pathlib import Path

from tgi.opt.errors import MissingExtra, NoTokenizer, OptError
from tgi.opt.shape import Shape

__all__ = ["prompts_for"]

_BEGIN = 2
_SPECIALS = 4
_LONG = 32
_SHORT = 5


def prompts_for(folder: Path, shape: Shape, text: str | None, new: int) -> tuple[tuple[int, ...], ...]:
    """The prompts; `new` tokens must have room after each. Raises OptError, NoTokenizer, MissingExtra."""
    room = shape.positions - new
    if room < 1:
        raise OptError(
            f"{new:,} new tokens leave no room for a prompt: the model has {shape.positions:,} positions."
        )
    if text is None:
        # Spread, so that words of every rank are used; </s> first, as OPT's texts begin.
        words = max(1, shape.vocabulary - _SPECIALS)
        spread = [_SPECIALS + number * shape.vocabulary // 11 % words for number in range(_LONG)]
        return (_BEGIN, *spread[:_SHORT])[:room], (_BEGIN, *spread)[:room]
    ids = _ids(folder / "tokenizer.json", text)
    if not 1 <= len(ids) <= room:
        raise OptError(
            f"The prompt has {len(ids):,} tokens; with {new:,} new ones there is room for {room:,}."
        )
    return (ids,)


def _ids(tokenizer: Path, text: str) -> tuple[int, ...]:
    try:
        from tokenizers import Tokenizer  # noqa: PLC0415 - of the extra
    except ImportError as error:
        raise MissingExtra('A --prompt needs the extra "opt": pip install "storyroom[opt]".') from error
    try:
        return tuple(Tokenizer.from_file(str(tokenizer)).encode(text).ids)
    except Exception as error:
        # The library raises plain Exception for a file that it cannot read.
        raise NoTokenizer(f"{tokenizer} cannot be read: {error}.") from error
