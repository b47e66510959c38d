"""The tokenizer of the folder: from Meta's three files, or copied from a folder that has one.

fairseq gives ids by a token's place in dict.txt, after <s> 0, <pad> 1, </s> 2, <unk> 3. Meta's
gpt2-vocab.json has those ids already; OpenAI's file of the same name has GPT-2's own, and then dict.txt,
where each line is one of GPT-2's ids, is needed to tell. Source: fairseq's and metaseq's Dictionary.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tgi.opt.errors import MissingExtra, NoTokenizer

__all__ = ["MOST_PADDING", "Tokenizer", "find_tokenizer", "need_tokenizers"]

MOST_PADDING: Final = 1024
"""Word embeddings that no token has, at most: Megatron pads each of 8 parts to a multiple of 128."""

_SPECIALS: Final = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
_MADE_UP = "madeupword"
_COPIED = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.json",
    "merges.txt",
    "added_tokens.json",
)


@dataclass(frozen=True)
class Tokenizer:
    """A tokenizer: how many ids it has, where it was found, and what writes its files into a folder."""

    words: int
    said: str
    write: Callable[[Path], None]


def find_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of a folder: Hugging Face's files, or Meta's. Raises NoTokenizer, MissingExtra."""
    if (folder / "tokenizer.json").is_file():
        return _copied(folder)
    if (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file():
        return _built(folder, folder / "vocab.json", folder / "merges.txt")
    vocabulary, merges = folder / "gpt2-vocab.json", folder / "gpt2-merges.txt"
    if vocabulary.is_file() and merges.is_file():
        return _built(folder, vocabulary, merges)
    raise NoTokenizer(
        f"{folder} has no tokenizer: neither tokenizer.json nor Meta's gpt2-vocab.json and gpt2-merges.txt "
        "(they "
        "are in metaseq's projects/OPT/assets). Name the folder that has one: --tokenizer FOLDER."
    )


def _copied(folder: Path) -> Tokenizer:
    try:
        tokenizer = _library().Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:
        # The library raises plain Exception for a file that it cannot read.
        if isinstance(error, MissingExtra):
            raise
        raise NoTokenizer(f"{folder / 'tokenizer.json'} is no tokenizer: {error}.") from error
    wrong = {
        name: found for name, wanted in _SPECIALS.items() if (found := tokenizer.token_to_id(name)) != wanted
    }
    if wrong:
        raise NoTokenizer(
            f"{folder / 'tokenizer.json'} is not an OPT's: {next(iter(wrong))} has the id "
            f"{next(iter(wrong.values()))} "
            f"instead of {_SPECIALS[next(iter(wrong))]}."
        )
    files = [folder / name for name in _COPIED if (folder / name).is_file()]

    def write(out: Path) -> None:
        for file in files:
            shutil.copyfile(file, out / file.name)

    return Tokenizer(1 + max(tokenizer.get_vocab().values()), f"copied from {folder}", write)


def _built(folder: Path, vocabulary: Path, merges: Path) -> Tokenizer:
    ids = _ids(vocabulary, folder / "dict.txt")
    lines = _merge_lines(merges)
    pairs = [(left, right) for left, _, right in (line.partition(" ") for line in lines)]
    stray = next((pair for pair in pairs if not {*pair, "".join(pair)} <= ids.keys()), None)
    if stray is not None:
        raise NoTokenizer(f"{merges} joins {' and '.join(stray)}, which {vocabulary.name} does not have.")
    tokenizer = _tokenizer(ids, pairs)

    def write(out: Path) -> None:
        tokenizer.save(str(out / "tokenizer.json"))
        _write_json(out / "vocab.json", ids)
        (out / "merges.txt").write_text("\n".join(["#version: 0.2", *lines]) + "\n", "utf-8")
        _write_json(out / "tokenizer_config.json", _CONFIG)
        _write_json(out / "special_tokens_map.json", _MAP)

    return Tokenizer(1 + max(ids.values()), f"built from {vocabulary.name} and {merges.name}", write)


def _ids(vocabulary: Path, dictionary: Path) -> dict[str, int]:
    try:
        raw: Any = json.loads(vocabulary.read_text("utf-8"))
        ids = {str(token): int(number) for token, number in raw.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise NoTokenizer(f"{vocabulary} is no vocabulary: {error}.") from error
    if len(set(ids.values())) != len(ids):
        raise NoTokenizer(f"{vocabulary} gives one id to two tokens.")
    symbols = _symbols(dictionary)
    if all(ids.get(token) == number for token, number in _SPECIALS.items()):
        return _checked(ids, symbols, vocabulary, dictionary)
    if symbols is None:
        raise NoTokenizer(
            f"{vocabulary} has GPT-2's own ids, not OPT's: dict.txt, which tells one from the other, must "
            "stand "
            "beside it."
        )
    token_of = {str(number): token for token, number in ids.items()}
    made: dict[str, int] = dict(_SPECIALS)
    for place, symbol in enumerate(symbols, start=len(_SPECIALS)):
        token = symbol if symbol.startswith(_MADE_UP) else token_of.get(symbol)
        if token is None or token in made:
            raise NoTokenizer(
                f"{dictionary} does not go with {vocabulary.name}: line {place - 3} is {symbol!r}."
            )
        made[token] = place
    return made


def _checked(
    ids: dict[str, int], symbols: list[str] | None, vocabulary: Path, dictionary: Path
) -> dict[str, int]:
    """The ids; dict.txt must agree, unless it holds GPT-2's ids, which say nothing here."""
    words = [symbol for symbol in symbols or [] if not symbol.startswith(_MADE_UP)]
    if symbols is None or all(word.isdecimal() for word in words):
        return ids
    for place, symbol in enumerate(symbols, start=len(_SPECIALS)):
        if symbol in ids and ids[symbol] != place:
            raise NoTokenizer(
                f"{dictionary} does not go with {vocabulary.name}: {symbol!r} has the id {place} in one and "
                f"{ids[symbol]} in the other."
            )
    return ids


def _symbols(dictionary: Path) -> list[str] | None:
    """The symbols of a dict.txt in order ("SYMBOL COUNT" a line); None where there is none."""
    if not dictionary.is_file():
        return None
    try:
        lines = dictionary.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise NoTokenizer(f"{dictionary} cannot be read: {error}.") from error
    return [line.rsplit(" ", 1)[0] for line in lines if line.strip() and not line.startswith("#fairseq:")]


def _merge_lines(merges: Path) -> list[str]:
    try:
        lines = merges.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise NoTokenizer(f"{merges} cannot be read: {error}.") from error
    lines = [line.rstrip("\r") for line in lines if line and not line.startswith("#version")]
    odd = next((number for number, line in enumerate(lines, 1) if line.count(" ") != 1), None)
    if odd is not None:
        raise NoTokenizer(f"{merges} is no list of merges: entry {odd} is {lines[odd - 1][:40]!r}.")
    return lines


def need_tokenizers() -> None:
    """Say that the extra is missing before anything is looked at. Raises MissingExtra."""
    _library()


def _library() -> Any:  # noqa: ANN401 - the library publishes no types
    try:
        import tokenizers  # noqa: PLC0415 - of the extra `opt`
    except ImportError as error:
        raise MissingExtra('Tokenizers need the extra "opt": pip install "storyroom[opt]".') from error
    return tokenizers


def _tokenizer(ids: dict[str, int], pairs: list[tuple[str, str]]) -> Any:  # noqa: ANN401 - as above
    """As transformers' converter makes one of OPT's GPT2Tokenizer: </s> before every text."""
    library = _library()
    tokenizer = library.Tokenizer(
        library.models.BPE(ids, pairs, continuing_subword_prefix="", end_of_word_suffix="", fuse_unk=False)
    )
    tokenizer.pre_tokenizer = library.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = library.decoders.ByteLevel()
    tokenizer.post_processor = library.processors.TemplateProcessing(
        single="</s> $A:0", pair="</s> $A:0 $B:1", special_tokens=[("</s>", ids["</s>"])]
    )
    tokenizer.add_special_tokens([library.AddedToken(token, normalized=True) for token in ("<pad>", "</s>")])
    return tokenizer


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False) + "\n", "utf-8")


_MAP: Final = {"bos_token": "</s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "</s>"}
_CONFIG: Final = {
    **_MAP,
    "tokenizer_class": "GPT2Tokenizer",
    "add_bos_token": True,
    "add_prefix_space": False,
    "errors": "replace",
    "model_max_length": 2048,
    "clean_up_tokenization_spaces": False,
}
