"""Grammars as masks over the vocabulary, with llguidance: what may come next, and where the text may end.

A regular expression holds for the whole text. Its classes of digits, word characters and spaces are ASCII, as
in TGI's own compiler; a schema leaves the model at most one space between two signs, as TGI's do.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection
from typing import Any, Final

import numpy as np
import torch
from llguidance import LLMatcher, LLTokenizer

from tgi.errors import EngineFailed, InvalidInput
from tgi.server.engine import GrammarRule
from tgi.server.engine.schema import closed

_JSON: Final = {"whitespace_pattern": "[ ]?"}
_PARTS: Final = re.compile(r"\\.|\[\^?|.", re.DOTALL)
_OPENINGS: Final = ("[", "[^")
_SET_SIGNS: Final = ("[", "&", "~")
_ASCII: Final = {"d": "0-9", "w": "0-9A-Z_a-z", "s": r"\t\n\x0B\f\r "}


class Grammar:
    """The rule of one text, and where the text stands in it."""

    def __init__(self, matcher: Any, ends: Collection[int]) -> None:  # noqa: ANN401 - llguidance's, partly typed
        self._matcher = matcher
        self._ends = frozenset(ends)

    def allowed(self, vocabulary: int) -> Any:  # noqa: ANN401 - a tensor
        """Return which tokens may come next: bool [vocabulary], on the CPU.

        Raises:
            EngineFailed: llguidance gave up.

        """
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        self._refuse_errors()
        return torch.from_numpy(np.unpackbits(bits, bitorder="little")[:vocabulary].astype(bool))

    def take(self, token: int) -> None:
        """Move on by a token that was allowed.

        Raises:
            EngineFailed: llguidance gave up.

        """
        if token not in self._ends:
            self._matcher.consume_token(token)
            self._refuse_errors()

    def _refuse_errors(self) -> None:
        if self._matcher.is_error():
            raise EngineFailed(
                f"the grammar cannot be followed further ({_reason(self._matcher.get_error())})"
            )


class Grammars:
    """Compiles grammars for one vocabulary; may be used from several threads."""

    def __init__(self, tokenizer: str, *, vocabulary: int, ends: Collection[int]) -> None:
        """Remember the tokenizer (tokenizer.json's text); it is prepared when the first grammar comes."""
        self._text = tokenizer
        self._size = vocabulary
        self._ends = sorted(ends)
        self._preparing = threading.Lock()
        self._prepared: Any = None

    def compile(self, rule: GrammarRule) -> Grammar:
        """Compile a rule; takes up to a second the first time.

        Raises:
            InvalidInput: it is broken, or says something that llguidance cannot hold to.

        """
        try:
            source = (
                LLMatcher.grammar_from_regex(_plain(rule.value))
                if isinstance(rule.value, str)
                else LLMatcher.grammar_from_json_schema(closed(rule.value), overrides=_JSON)
            )
        except ValueError as error:
            raise InvalidInput(f"grammar is not valid: {_reason(str(error))}") from error
        tokenizer = self._tokenizer()
        matcher = LLMatcher(tokenizer, source, log_level=0)
        if matcher.is_error():
            raise InvalidInput(f"grammar is not valid: {_reason(matcher.get_error())}")
        return Grammar(matcher, self._ends)

    def _tokenizer(self) -> Any:  # noqa: ANN401 - llguidance's
        with self._preparing:
            if self._prepared is None:
                self._prepared = LLTokenizer(self._text, n_vocab=self._size, eos_token=self._ends)
            return self._prepared


def _plain(pattern: str) -> str:
    """Write a pattern of Python's as llguidance reads it: whole, with ASCII classes and nothing set apart."""
    pattern = pattern.removeprefix("^")
    if re.search(r"(?<!\\)(\\\\)*\$$", pattern):
        pattern = pattern[:-1]
    written: list[str] = []
    inside, first = False, False
    for part in _PARTS.findall(pattern):
        if part[0] == "\\" and part[1:].lower() in _ASCII:
            chars = _ASCII[part[1:].lower()]
            negated = "^" if part[1:].isupper() else ""
            written.append(chars if inside and not negated else f"[{negated}{chars}]")
        elif inside:
            # Rust's classes hold classes and know & and ~; in Python's these stand for themselves.
            written.append(f"\\{part}" if part[0] in _SET_SIGNS or (first and part == "]") else part)
            inside = first or part != "]"
        else:
            written.append(part)
            inside = part in _OPENINGS
            first = inside
            continue
        first = False
    return "".join(written)


def _reason(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = next((line for line in reversed(lines) if line.startswith("error:")), "".join(lines[:1]))
    return told.removeprefix("error: ") or "no reason given"
