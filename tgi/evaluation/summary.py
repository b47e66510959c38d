"""What a run comes to, as the JSON that is written: both sides with the same measures and all their texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Any

from tgi.evaluation import figures, plain
from tgi.evaluation.briefs import Language
from tgi.evaluation.measures import Faults, faults_of
from tgi.evaluation.running import Run, Take
from tgi.evaluation.writers import Shown, Writer

FORMAT, VERSION = "storyroom.evaluation", 1
AIMS = {"names_used": 0.95, "loops": 0.02, "leakage": 0.01, "length_within_20": 0.9}
"""At least of names and lengths, less of loops and leakage."""

BUDGET = (
    "Both sides draw with the same model, seeds and dials. For each brief and seed the plain prompt may"
    " generate as many tokens as the programs did, rejected ones included: it is drawn anew until they are"
    " spent (at most 8 times), and its draw with the fewest faults, then the nearest length, counts."
    " `single_draw` is its first draw."
)

Shows = Callable[[Language], Shown]


def summary(run: Run, writer: Writer) -> dict[str, Any]:
    """The whole of a run as JSON."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "model": run.model,
        "revision": run.revision,
        "dials": dict(writer.dials),
        "briefs": len({take.brief.id for take in run.programs}),
        "seeds": sorted({take.seed for take in run.programs}),
        "budget": BUDGET,
        "aims": AIMS,
        "programs": side(run.programs, writer.shown) | {"texts": texts(run.programs)},
        "seed_prompt": side(run.plain, plain.shown)
        | {"single_draw": side(run.single, plain.shown), "texts": texts(run.plain)},
    }


def texts(takes: Sequence[Take]) -> list[dict[str, Any]]:
    """Each text with its brief's id and its seed."""
    return [{"id": take.brief.id, "seed": take.seed, "text": take.written.text} for take in takes]


def side(takes: Sequence[Take], shows: Shows) -> dict[str, Any]:
    """The measures of one side, over all takes and by language."""
    judged = [(take, faults_of(take.brief, take.written.text, shows(take.brief.language))) for take in takes]
    languages = sorted({take.brief.language for take in takes})
    return {
        **_shares(judged),
        **_variety(takes),
        "seconds": round(fmean(take.written.seconds for take in takes), 3),
        "tokens": round(fmean(take.written.tokens for take in takes), 1),
        "prompt_tokens": round(fmean(take.written.prompt_tokens for take in takes), 1),
        "requests": round(fmean(take.written.requests for take in takes), 2),
        "draws_thrown_away": sum(len(take.written.thrown_away) for take in takes),
        "by_language": {
            language: _shares([each for each in judged if each[0].brief.language == language])
            for language in languages
        },
    }


def _shares(judged: Sequence[tuple[Take, Faults]]) -> dict[str, Any]:
    named = [faults for _, faults in judged if faults.names]
    everybody = [faults for _, faults in judged]
    counted = {
        "names_used": [not faults.misses_names for faults in named],
        "loops": [faults.loops for faults in everybody],
        "leakage": [faults.leaks for faults in everybody],
        "length_within_20": [faults.within for faults in everybody],
        "right_language": [not faults.foreign for faults in everybody],
        "whole_ending": [not faults.unfinished for faults in everybody],
    }
    return {
        "takes": len(everybody),
        "takes_with_names": len(named),
        **{name: round(figures.share(hits), 4) for name, hits in counted.items()},
        "length": round(fmean(faults.length for faults in everybody), 3),
        "intervals": {
            name: [round(end, 4) for end in figures.interval(sum(hits), len(hits))]
            for name, hits in counted.items()
        },
    }


def _variety(takes: Sequence[Take]) -> dict[str, float]:
    written = [take.written.text for take in takes]
    return {
        **{f"distinct_{size}": round(figures.distinct(written, size), 4) for size in (1, 2, 3)},
        "self_bleu": round(figures.self_bleu(written), 4),
        "coherence": round(
            fmean(figures.coherence(take.written.text, chinese=take.brief.chinese) for take in takes), 4
        ),
        "relevance": round(
            fmean(
                figures.relevance(
                    [premise.text for premise in take.brief.premises],
                    take.written.text,
                    chinese=take.brief.chinese,
                )
                for take in takes
            ),
            4,
        ),
    }
