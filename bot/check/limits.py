"""Whether the model's window holds what rooms ask for, counted with the server's own tokenizer."""

from __future__ import annotations

from bot.check.longest_room import longest_document, plain_document
from bot.check.report import Finding, missing, ok, warning
from bot.errors import PromptTooLong
from bot.story.brief import LENGTHS, Language, Length
from bot.writing.budget import Tokenize, fit, window_of
from bot.writing.program import Programs
from tgi.protocol import Info

_NAMES = {Language.ENGLISH: "English", Language.CHINESE: "Chinese"}
_UNBOUNDED = 2**31 - 1
_RAISE = "Raise --max-input-tokens and --max-total-tokens as far as the model goes."


def stop_sequences_wanted() -> int:
    """The most that any program sends."""
    programs = Programs()
    named = (stem.rsplit(".", 1) for stem in programs.names)
    return max(len(programs.of(name, Language(language)).stops) for name, language in named)


async def window_findings(where: str, info: Info, tokenize: Tokenize) -> list[Finding]:
    """One finding a language.

    Raises:
        tgi.errors.ClientError: the tokenizer cannot be asked.

    """
    programs = Programs()
    return [await _language(where, info, tokenize, programs, language) for language in Language]


async def _language(
    where: str, info: Info, tokenize: Tokenize, programs: Programs, language: Language
) -> Finding:
    name, lengths = _NAMES[language], (LENGTHS[Length.SHORT][language], LENGTHS[Length.LONG][language])
    sizes = f"{info.max_input_tokens} tokens of prompt, {info.max_total_tokens} in all"
    short, window = (window_of(info, language, words) for words in lengths)
    try:
        await fit(plain_document(programs, language), short, tokenize)
    except PromptTooLong:
        return missing(f"{where} has too small a window for any {name} room ({sizes}). {_RAISE}")
    try:
        await fit(longest_document(programs, language), window, tokenize)
    except PromptTooLong:
        return warning(
            f"{where} has too small a window for {name} rooms at their limits ({sizes}): people are then "
            f"told that their brief is too long. {_RAISE}"
        )
    wanted = window_of(_unbounded(info), language, lengths[-1]).max_new_tokens
    if window.max_new_tokens < wanted:
        return warning(
            f"{where} cuts the longest {name} takes short: {window.max_new_tokens} tokens of {wanted} "
            f"({sizes}). {_RAISE}"
        )
    return ok(f"{name} rooms fit the window, at their limits too: {sizes}.")


def _unbounded(info: Info) -> Info:
    return info.model_copy(update={"max_input_tokens": _UNBOUNDED, "max_total_tokens": _UNBOUNDED})
