"""The first words of a synopsis, built from the brief: a small model follows them where it ignores a field.

They come from the first setting and the first character, in the people's own words, and stand at the end of
the prompt and at the beginning of every take. A phrase that would not read well is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.story.brief import Kind, Language
from bot.writing.program import Program
from tgi.prose.names import is_order

_BREAK = re.compile(r"\s*(?:[,;:，、；：。！？!?(（\[【—–\n]|\.(?:\s|$)|\s-+\s)")
_CLAUSE_EN = re.compile(
    r"\s+(?:who|whom|whose|which|that|is|are|was|were|has|have|had|wants?|needs?|lives?|works?(?!$)|must|can|will"
    r"|loves?|hates?|finds?|returns?|meets?|loses?|discovers?|but|because|when|where)\b",
    re.IGNORECASE,
)
_CLAUSE_ZH = re.compile("是|叫|在|想|要|为了|因为|必须|发现|爱上")
_ARTICLE = re.compile(r"(?:an?|the|one|two|three|his|her|their)\s", re.IGNORECASE)
_PREPOSITION = re.compile(r"(?:in|at|on|inside|under|aboard|near)\s+(?=\S)", re.IGNORECASE)
_ORNAMENT = re.compile(r"^[^\w\s{}'\"“”‘’«»]+\s*")  # emoji
_PICTURES = re.compile(
    "\\s*[\u2190-\u2bff\u3030\ufe0f\u200d\U0001f000-\U0001faff]+(?=\\s*(?:[,，、；;:：。.!?！？]|$))"
)
_LONGEST_WORDS = 9
_LONGEST_CHARACTERS = 60
_LONGEST_CHINESE = 16


def opening(program: Program, title: str, premises: dict[Kind, list[str]]) -> str:
    """The opening for a brief whose words are neutral already; never empty, no space at its end."""
    chinese = program.language is Language.CHINESE
    people, places = (_telling(premises[kind]) for kind in (Kind.CHARACTER, Kind.SETTING))
    subject = next(filter(None, map(_subject_zh if chinese else _subject, people)), "")
    setting = next(filter(None, map(_setting_zh if chinese else _setting, places)), "")
    if setting:
        template = program.opening.place if subject else program.opening.place_only
    else:
        template = "{subject}" if subject else program.opening.title_only
    # Not str.format twice: people's braces stay theirs.
    words = template.format(subject=subject, setting=setting, title=title).strip()
    return words[:1].upper() + words[1:]


def _telling(texts: Iterable[str]) -> list[str]:
    """What tells of somebody or of a place, from its first letter on; what gives orders does not."""
    return [_ORNAMENT.sub("", _PICTURES.sub("", text)) for text in texts if not is_order(text)]


def _subject(text: str) -> str:
    """`Mara, a retired diver who …` gives `Mara, a retired diver,`; a bare name gives the name."""
    name = _phrase(text, _CLAUSE_EN)
    if not name:
        return ""
    rest = re.match(r"\s*(?:,|:|\(|—|–|\s-+\s)\s*", text[len(name) :])
    apposition = _phrase(text[len(name) + rest.end() :], _CLAUSE_EN) if rest else ""
    name = _lower_article(name)
    return f"{name}, {_lower_article(apposition)}," if _ARTICLE.match(apposition) else name


def _setting(text: str) -> str:
    """`A drowned town, 1962` gives `a drowned town`; a whole sentence gives nothing."""
    text = _PREPOSITION.sub("", text, count=1) if _PREPOSITION.match(text) else text
    phrase = _phrase(text, _CLAUSE_EN)
    if not phrase or (_CLAUSE_EN.match(text[len(phrase) :]) and " " not in phrase):
        return ""
    return _lower_article(phrase)


def _subject_zh(text: str) -> str:
    name = _phrase_zh(text)
    rest = re.match(r"\s*[，,：:（(]\s*", text[len(name) :]) if name else None
    apposition = _phrase_zh(text[len(name) + rest.end() :]) if rest else ""
    return f"{name}，{apposition}，" if apposition else name


def _setting_zh(text: str) -> str:
    return _phrase_zh(re.sub(r"^(?:故事)?(?:发生)?在", "", text))


def _phrase(text: str, clause: re.Pattern[str]) -> str:
    phrase = clause.split(_BREAK.split(text, maxsplit=1)[0], maxsplit=1)[0].rstrip()
    fits = len(phrase.split()) <= _LONGEST_WORDS and len(phrase) <= _LONGEST_CHARACTERS
    return phrase if fits and phrase[:1].isalnum() else ""


def _phrase_zh(text: str) -> str:
    phrase = _CLAUSE_ZH.split(_BREAK.split(text, maxsplit=1)[0], maxsplit=1)[0].rstrip()
    longest = _LONGEST_CHARACTERS if phrase.isascii() else _LONGEST_CHINESE
    return phrase if len(phrase) <= longest and phrase[:1].isalnum() else ""


def _lower_article(phrase: str) -> str:
    return phrase[:1].lower() + phrase[1:] if _ARTICLE.match(phrase) else phrase
