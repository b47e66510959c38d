"""Credit by sentence: for each sentence of a draft whose words it is made of, and everybody's share of all.

A share is a share of words (Chinese: of characters), and nothing else: it does not say what an idea, a choice
or an edit was worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bot.story.credit.lineage import OwnedText, owned
from bot.story.credit.sources import Source, SourceKind
from bot.story.credit.wordings import Wordings
from bot.story.model import MemberId, Model
from bot.story.room import Draft, Room
from bot.story.sentences import sentences


class Part(Model):
    """The words of one source in a sentence; `quotes` are the words in a row, where they are cited."""

    source: Source
    words: int
    quotes: tuple[str, ...] = ()


class SentenceCredit(Model):
    """One sentence, numbered from 1: its words, and whose they are, the most first."""

    number: int
    text: str
    words: int
    parts: tuple[Part, ...]


class Share(Model):
    """The words of one person or one model in a draft. `percent` of all shares together is 100."""

    person: MemberId | None = None
    model: str | None = None
    words: int
    by_hand: int = 0  # of these, written into a draft
    brought: int = 0  # of these, out of premises, notes and questions
    percent: int


class DraftSheet(Model):
    """The credit of one draft."""

    draft: int
    words: int
    sentences: tuple[SentenceCredit, ...]
    shares: tuple[Share, ...]  # people first, then models, the largest first


def credit_of(room: Room, draft: Draft, wordings: Wordings | None = None) -> DraftSheet:
    """Whose every sentence of a draft is.

    `wordings`: what cards said before they were changed (`wordings_of`); without it such a card is not cited
    in drafts that are older than its last words.
    """
    text = owned(room, draft, wordings or {})
    return DraftSheet(
        draft=draft.number,
        words=len(text.words),
        sentences=tuple(_sentences(text)),
        shares=_shares(text.sources.values()),
    )


def percentages(counts: list[int]) -> list[int]:
    """Whole per cents that add to 100 (the largest remainder method); nothing of nothing is 0."""
    whole = sum(counts)
    if not whole:
        return [0] * len(counts)
    exact = [100 * count / whole for count in counts]
    found = [int(each) for each in exact]
    by_rest = sorted(range(len(counts)), key=lambda at: (found[at] - exact[at], -counts[at], at))
    for at in by_rest[: 100 - sum(found)]:
        found[at] += 1
    return found


def _sentences(text: OwnedText) -> Iterable[SentenceCredit]:
    number, at = 0, 0
    for sentence in sentences(text.text):
        words = []
        while at < len(text.words) and text.words[at].at < sentence.end:
            words.append(text.words[at])
            at += 1
        if not sentence.said:
            continue
        number += 1
        runs: list[tuple[Source, int, int]] = []  # a source, from where to where
        counts: Counter[Source] = Counter()
        for word in words:
            source = text.sources[word.at]
            counts[source] += 1
            end = word.at + len(word.key)
            if runs and runs[-1][0] == source:
                runs[-1] = (source, runs[-1][1], end)
            else:
                runs.append((source, word.at, end))
        yield SentenceCredit(
            number=number,
            text=sentence.said,
            words=len(words),
            parts=tuple(
                Part(source=source, words=count, quotes=_quotes(text.text, source, runs))
                for source, count in counts.most_common()
            ),
        )


def _quotes(text: str, source: Source, runs: list[tuple[Source, int, int]]) -> tuple[str, ...]:
    if source.kind in (SourceKind.MODEL, SourceKind.HAND):
        return ()
    return tuple(text[start:end] for one, start, end in runs if one == source)


def _shares(sources: Iterable[Source]) -> tuple[Share, ...]:
    counts = Counter((one.person, _model(one), one.kind) for one in sources)
    owners: dict[tuple[MemberId | None, str | None], Counter[SourceKind]] = {}
    for (person, model, kind), count in counts.items():
        owners.setdefault((person, model), Counter())[kind] += count
    order = sorted(owners, key=lambda one: (one[0] is None, -owners[one].total(), str(one)))
    percents = percentages([owners[one].total() for one in order])
    return tuple(
        Share(
            person=person,
            model=model,
            words=owners[person, model].total(),
            by_hand=owners[person, model][SourceKind.HAND],
            brought=sum(count for kind, count in owners[person, model].items() if kind in _BROUGHT),
            percent=percent,
        )
        for (person, model), percent in zip(order, percents, strict=True)
    )


def _model(one: Source) -> str | None:
    if one.model is None or one.model_revision is None:
        return one.model
    return f"{one.model}@{one.model_revision}"


_BROUGHT = (SourceKind.PREMISE, SourceKind.NOTE, SourceKind.IDEA)
