"""Figures over many texts: shares with their intervals, how varied the texts are, how they hang together.

Pure. Intervals are Wilson's at 95 % over takes (E. B. Wilson, 1927); takes of one brief are not independent,
so with several seeds a brief they are too narrow by some.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from tgi.prose.phrases import grams, sentences, units

Z95 = 1.959964
LONG_WORD = 5  # letters of an English word that is taken to carry meaning
MOST_COMPARED = 60  # texts, each against all the others
_BLEU = 4


def share(hits: Iterable[bool]) -> float:
    """The share of hits, 0 to 1; 1 of nothing, of which none missed."""
    counted = list(hits)
    return sum(counted) / len(counted) if counted else 1.0


def interval(hits: float, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; `hits` may be a fraction. All of 0 to 1 where there is nothing."""
    if of == 0:
        return 0.0, 1.0
    p, z2 = hits / of, Z95**2
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = Z95 / (1 + z2 / of) * math.sqrt(p * (1 - p) / of + z2 / (4 * of**2))
    return (0.0 if hits == 0 else middle - half), (1.0 if hits == of else middle + half)


def distinct(texts: Sequence[str], size: int) -> float:
    """Of all runs of `size` units in all texts, the share that are different ones (Li et al., 2016)."""
    runs = [gram for text in texts for gram in grams(units(text), size)]
    return len(set(runs)) / len(runs) if runs else 0.0


def self_bleu(texts: Sequence[str]) -> float:
    """How much each text is like the others, 0 to 1 (Zhu et al., 2018): BLEU-4, each against all the rest.

    Counts are smoothed by adding one (Lin and Och, 2004). At most the first 60 texts are compared.
    """
    said = [units(text) for text in texts[:MOST_COMPARED]]
    said = [words for words in said if len(words) >= _BLEU]
    if len(said) < 2:  # noqa: PLR2004 - one text has nothing to be like
        return 0.0
    counts = [[Counter(grams(words, size)) for size in range(1, _BLEU + 1)] for words in said]
    scores = [_bleu(at, said, counts) for at in range(len(said))]
    return sum(scores) / len(scores)


def _bleu(
    at: int, said: Sequence[Sequence[str]], counts: Sequence[Sequence[Counter[tuple[str, ...]]]]
) -> float:
    total = 0.0
    for size in range(_BLEU):
        own = counts[at][size]
        most: Counter[tuple[str, ...]] = Counter()
        for other, theirs in enumerate(counts):
            if other != at:
                most |= theirs[size] & own
        met = (own & most).total()
        smooth = 1 if size else 0
        total += math.log((met + smooth) / (own.total() + smooth)) if met + smooth else -math.inf
    nearest = min(
        (len(words) for other, words in enumerate(said) if other != at), key=lambda n: abs(n - len(said[at]))
    )
    brevity = min(0.0, 1 - nearest / len(said[at]))
    return math.exp(total / _BLEU + brevity)


def coherence(text: str, *, chinese: bool) -> float:
    """The share of sentences, behind the first, that take up a word of meaning from an earlier one.

    A word of meaning: an English word of 5 letters or more or with a capital inside the sentence, two Chinese
    characters in a row. Lexical and crude: it falls where a text changes its subject at every full stop.
    """
    said = [_meaning(sentence, chinese=chinese) for sentence in sentences(text)]
    if len(said) < 2:  # noqa: PLR2004 - one sentence hangs together
        return 1.0
    met: set[str] = set(said[0])
    hits = 0
    for words in said[1:]:
        hits += not met.isdisjoint(words)
        met |= words
    return hits / (len(said) - 1)


def relevance(premises: Sequence[str], text: str, *, chinese: bool) -> float:
    """The share of premises of which at least one word of meaning is in the text; 1 without any premise."""
    words = _meaning(text, chinese=chinese)
    wanted = [_meaning(premise, chinese=chinese) for premise in premises]
    return share(not words.isdisjoint(each) for each in wanted if each)


def _meaning(text: str, *, chinese: bool) -> set[str]:
    if chinese:
        return {"".join(pair) for pair in grams(units(text), 2)}
    words = text.split()
    names = {word.strip(".,;:!?\"'“”‘’()").casefold() for word in words[1:] if word[:1].isupper()}
    return {word for word in units(text) if len(word) >= LONG_WORD} | (names - {"", "i"})
