"""From sheets to a result: strengths, how sure they are, whether the leader is told from the others.

The intervals are a percentile bootstrap over voters (Efron and Tibshirani, 1993, chapter 13): the ballot is
held again some hundred times with as many voters drawn from those who voted. A bootstrap alone is sure of
itself when a few people agree, so one more voter who ranks by chance stands among those who are drawn, and a
leader is told from another only if an exact sign test over the voters says so too: five of five do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb
from typing import Final

from bot.story.ballots.agreement import kappa
from bot.story.ballots.ballot import CountedSheet, Rest, Sheet
from bot.story.ballots.chance import Dice
from bot.story.ballots.pairs import Judgements, Wins, counted, judgements, wins_of
from bot.story.ballots.result import PairCount, Result, Standing
from bot.story.ballots.strengths import shares, strengths

RESAMPLES: Final = 400
DOUBT: Final = 0.05  # both tests are two-sided, at this level
_CLOSE: Final = 1e-4  # of the fits of resampled ballots: their spread is a thousand times that
_SAME: Final = 1e-5  # log-strengths closer than this are level: the fit is no finer


def result_of(sheets: Sequence[CountedSheet], candidates: int, seed: int) -> Result:
    """The result of a ballot: the same sheets and seed give the same, in whatever order the sheets come."""
    sheets = sorted(sheets, key=lambda each: each.model_dump_json())
    judged = [(judgements(each.sheet, candidates), each.voters) for each in sheets]
    votes = sum(each.voters for each in sheets)
    pairs = tuple(_pair(judged, one, two) for one, two in combinations(range(candidates), 2))
    if not votes:
        return Result(votes=0, pairs=pairs)
    found = strengths(wins_of(judged, candidates))
    resampled = _resampled(judged, candidates, Dice(seed, "intervals"), found)
    standings = _standings(found, [shares(each) for each in resampled])
    first = standings[0].candidate
    result = Result(
        votes=votes,
        poor=sum(each.voters for each in sheets if each.sheet.rest is Rest.POOR),
        unfinished=sum(each.voters for each in sheets if _is_unfinished(each.sheet, candidates)),
        standings=standings,
        pairs=pairs,
        kappa=kappa(judged, candidates),
    )
    level = tuple(each.candidate for each in standings if found[first] - found[each.candidate] < _SAME)
    apart = tuple(
        each.candidate
        for each in standings[1:]
        if _told(result.pair(first, each.candidate), [one[first] - one[each.candidate] for one in resampled])
    )
    return result.model_copy(update={"apart": apart, "level": level if len(level) > 1 else ()})


def counted_sheets(sheets: Sequence[Sheet]) -> tuple[CountedSheet, ...]:
    """Equal sheets together, in an order that says nothing of who handed them in or when."""
    kinds: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        kinds.setdefault(sheet.model_dump_json(), []).append(sheet)
    return tuple(CountedSheet(sheet=kinds[key][0], voters=len(kinds[key])) for key in sorted(kinds))


def _standings(found: Sequence[float], resampled: Sequence[Sequence[float]]) -> tuple[Standing, ...]:
    cut = int(len(resampled) * DOUBT / 2)
    standings = []
    for candidate, share in enumerate(shares(found)):
        spread = sorted(each[candidate] for each in resampled)
        standings.append(
            Standing(
                candidate=candidate,
                strength=round(found[candidate], 4),
                share=share,
                low=min(share, spread[cut]),
                high=max(share, spread[-1 - cut]),
            )
        )
    return tuple(sorted(standings, key=lambda each: -each.share))


def _resampled(
    judged: Sequence[tuple[Judgements, int]], candidates: int, dice: Dice, start: Sequence[float]
) -> list[tuple[float, ...]]:
    """The strengths in ballots held again with voters drawn from those who voted."""
    tables = [wins_of([(each, 1)], candidates) for each, _ in judged]
    voters = [index for index, (_, number) in enumerate(judged) for _ in range(number)]
    fits: dict[tuple[float, ...], tuple[float, ...]] = {}
    found = []
    for _ in range(RESAMPLES):
        wins: Wins = [[0.0] * candidates for _ in range(candidates)]
        drawn = [0] * len(tables)
        for _ in voters:
            one = dice.below(len(voters) + 1)
            if one < len(voters):
                drawn[voters[one]] += 1
            else:
                chance = judgements(Sheet(order=dice.shuffled(candidates)), candidates)
                _add(wins, wins_of([(chance, 1)], candidates), 1)
        for table, times in zip(tables, drawn, strict=True):
            if times:
                _add(wins, table, times)
        key = tuple(cell for row in wins for cell in row)
        if key not in fits:
            fits[key] = strengths(wins, start=start, close=_CLOSE)
        found.append(fits[key])
    return found


def _add(wins: Wins, table: Wins, times: int) -> None:
    for row, more in zip(wins, table, strict=True):
        for column, won in enumerate(more):
            row[column] += won * times


def _pair(judged: Sequence[tuple[Judgements, int]], one: int, two: int) -> PairCount:
    for_one, for_two, equal = counted(judged, one, two)
    return PairCount(one=one, two=two, for_one=for_one, for_two=for_two, equal=equal)


def _told(pair: PairCount, differences: Sequence[float]) -> bool:
    """Whether the first of a pair is surely the better: by the resampled ballots, and by a sign test."""
    sure = sum(each > _SAME for each in differences) >= len(differences) * (1 - DOUBT / 2)
    return sure and sign_test(pair.for_one, pair.for_two) <= DOUBT


def sign_test(ahead: int, behind: int) -> float:
    """The two-sided chance of a split at least so uneven among voters who toss coins."""
    tossed, fewer = ahead + behind, min(ahead, behind)
    as_uneven = sum(comb(tossed, heads) for heads in range(fewer + 1))
    return min(1.0, 2 * as_uneven / 2.0**tossed)


def _is_unfinished(sheet: Sheet, candidates: int) -> bool:
    left = candidates - len(sheet.order) - len(sheet.hidden)
    return sheet.rest is Rest.UNSAID and left > 1
