"""Whether a sentence tells the story: a synopsis speaks neither to its reader nor of itself as a text.

What somebody says in quotation marks is theirs, and so are words that the brief has itself.
"""

from __future__ import annotations

import re

from bot.story.brief import Language

_QUOTED = re.compile(r"“[^”]*”?|\"[^\"]*\"?|「[^」]*」?|『[^』]*』?")
_STRAY = {
    Language.ENGLISH: re.compile(
        r"\b(?:you|your|yours|yourself|we|our|ours|us|I|me|my|mine)\b(?!['’]s\b)"
        r"|\b(?:this|the|our)\s+(?:story|film|movie|novel|book|synopsis|script|screenplay|reader|audience|viewer)s?\b",
        re.IGNORECASE,
    ),
    Language.CHINESE: re.compile("[你您我咱]|本[片文剧]|这[部个](?:电影|故事|影片|剧)|读者|观众"),
}


def strays(sentence: str, brief: str, language: Language) -> bool:
    """Whether the sentence leaves the story, in words that the brief has not."""
    stray = _STRAY[language]
    own = {found[0].casefold() for found in stray.finditer(brief)}
    return any(found[0].casefold() not in own for found in stray.finditer(_QUOTED.sub(" ", sentence)))
