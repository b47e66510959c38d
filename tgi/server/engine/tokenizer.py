"""A model's own tokenizer from a folder: the transformers engine's, and for upstreams that tell no tokens.

Reads `tokenizer.json` with the `tokenizers` package, and the names of special tokens and the chat template
from the files beside it. Nothing is downloaded.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tgi.errors import NoRuntime, UnreadableModel
from tgi.server.engine import ChatTemplate, TextToken
from tgi.server.engine.text import PARTIAL, byte_level, is_byte, sentencepiece


class LocalTokenizer:
    """Tokens, their bytes, and which are special."""

    def __init__(self, inner: Any, layout: dict[str, Any], folder: Path) -> None:  # noqa: ANN401 - untyped
        self._inner = inner
        self._folder = folder
        self._config = _object(folder / "tokenizer_config.json")
        self._read = byte_level if "ByteLevel" in json.dumps(layout.get("decoder")) else sentencepiece
        added = {int(one["id"]): one for one in layout.get("added_tokens") or ()}
        self._added = {id_: str(one["content"]) for id_, one in added.items()}
        self._special = frozenset(id_ for id_, one in added.items() if one.get("special"))
        vocabulary = inner.get_vocab(with_added_tokens=True)
        # A byte token is last to stand for its byte: what has a name of its own is what models write.
        ids = sorted(vocabulary.values(), key=lambda id_: not is_byte(inner.id_to_token(id_) or ""))
        self._ids = {self.piece(id_): id_ for id_ in ids}

    @classmethod
    def load(cls, folder: Path) -> LocalTokenizer:
        """Read the files of a folder, or the `tokenizer.json` that is named.

        Raises:
            NoRuntime: the package `tokenizers` is missing.
            UnreadableModel: there is no whole `tokenizer.json`.

        """
        try:
            from tokenizers import Tokenizer  # noqa: PLC0415 - an optional package
        except ImportError:
            raise NoRuntime(
                "The package tokenizers is not installed: pip install 'storyroom[opt]' brings it."
            ) from None
        file = folder / "tokenizer.json" if folder.is_dir() else folder
        try:
            text = file.read_text(encoding="utf-8")
            inner, layout = Tokenizer.from_str(text), json.loads(text)
        except OSError as error:
            raise UnreadableModel(f"There is no tokenizer at {file}: {error.strerror}.") from error
        except Exception as error:  # the package raises bare Exception
            raise UnreadableModel(f"{file} is no tokenizer that can be read.") from error
        inner.no_truncation()
        inner.no_padding()
        return cls(inner, layout, file.parent)

    @property
    def eos(self) -> int | None:
        """The id of the token that ends a text; None where the folder does not name it."""
        name = self._named("eos_token")
        found = None if name is None else self._inner.token_to_id(name)
        return None if found is None else int(found)

    @property
    def chat_template(self) -> ChatTemplate | None:
        """The folder's template: `chat_template.jinja`, or that of `tokenizer_config.json`."""
        source = self._config.get("chat_template")
        file = self._folder / "chat_template.jinja"
        if file.is_file():
            source = file.read_text(encoding="utf-8")
        if isinstance(source, list):  # several by name
            named = {one.get("name"): one.get("template") for one in source if isinstance(one, dict)}
            source = named.get("default")
        if not isinstance(source, str):
            return None
        return ChatTemplate(source, self._named("bos_token"), self._named("eos_token"))

    def tokenize(self, text: str, *, add_special: bool) -> list[TextToken]:
        """Return the tokens of a text."""
        ids = self._inner.encode(text, add_special_tokens=add_special).ids
        return [TextToken(int(id_), self.piece(id_)) for id_ in ids]

    def piece(self, id_: int) -> bytes:
        """Return the bytes of a token; for one that is no part of the vocabulary, none."""
        if id_ in self._added:
            return self._added[id_].encode()
        name = self._inner.id_to_token(id_)
        return b"" if name is None else self._read(name)

    def is_special(self, id_: int) -> bool:
        """Tell whether the token is not text but a sign to the model."""
        return id_ in self._special

    def id_of(self, piece: bytes) -> int | None:
        """Find the token with these bytes."""
        return self._ids.get(piece)

    def text(self, ids: Sequence[int]) -> str:
        """Return the text of tokens, without the special ones."""
        return str(self._inner.decode(list(ids), skip_special_tokens=True))

    def alone(self, id_: int) -> str:
        """Return what a token decodes to by itself."""
        return self.piece(id_).decode(errors="replace") or PARTIAL

    def _named(self, role: str) -> str | None:
        for source in (self._config, _object(self._folder / "special_tokens_map.json")):
            value = source.get(role)
            value = value.get("content") if isinstance(value, dict) else value
            if isinstance(value, str):
                return value
        return None


def _object(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
