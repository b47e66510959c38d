"""The field's plain prompt, which the programs are measured against: the brief in, a synopsis out.

人物设定 / 场景描述 in, 剧情梗概 out, and its English twin, in one request: no examples, no opening.
It gets the tokens that the programs spent on the same brief and seed: it is drawn anew until they are spent,
and its best draw counts.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass

from tgi.client import Finished, TgiClient
from tgi.errors import BrokenStream
from tgi.evaluation.briefs import Brief, Language
from tgi.evaluation.measures import Faults, faults_of
from tgi.evaluation.writers import Shown, Written
from tgi.protocol import GenerateParameters

MOST_DRAWS = 8
_SEED_STEP = 4  # as far apart as a round's redraws
_TOKENS = {"en": 1.34, "zh-CN": 2.12}  # for a word, for a character
_HEADROOM = 1.3
_LABELS = {
    "en": {
        "character": "Characters",
        "setting": "Scene",
        "logline": "Story",
        "conflict": "Conflict",
        "theme": "Theme",
        "twist": "Twist",
        "title": "Title",
        "answer": "Synopsis",
        "length": "in about {words} words",
    },
    "zh-CN": {
        "character": "人物设定",
        "setting": "场景描述",
        "logline": "故事",
        "conflict": "冲突",
        "theme": "主题",
        "twist": "转折",
        "title": "片名",
        "answer": "剧情梗概",
        "length": "约{words}字",
    },
}


@dataclass(frozen=True, slots=True)
class Plain:
    """The draws of one brief and seed; `best` and `first` may be the same."""

    best: Written
    first: Written


def prompt_of(brief: Brief) -> str:
    """The whole prompt: the title, each field with its premises, and the label of what is wanted."""
    labels = _LABELS[brief.language]
    colon, stop = ("：", "；") if brief.chinese else (": ", "; ")
    lines = [f"{labels['title']}{colon}{brief.title}"]
    told = {
        field: [
            " ".join(each.text.split())
            for each in brief.premises
            if each.field == field and each.text.strip()
        ]
        for field in ("character", "setting", "logline", "conflict", "theme", "twist")
    }
    lines += [f"{labels[field]}{colon}{stop.join(texts)}" for field, texts in told.items() if texts]
    length = labels["length"].format(words=brief.words)
    lines.append(f"{labels['answer']}（{length}）：" if brief.chinese else f"{labels['answer']} ({length}):")
    return "\n".join(lines)


def shown(language: Language) -> Shown:
    """Its labels: there is nothing else in it."""
    return Shown(texts=tuple(_LABELS[language].values()))


async def write(tgi: TgiClient, brief: Brief, seed: int, *, dials: Mapping[str, float], budget: int) -> Plain:
    """Draw until `budget` generated tokens are spent, at least once.

    Raises:
        tgi.errors.ClientError: the server failed.

    """
    info = await tgi.info()
    prompt = prompt_of(brief)
    size = await tgi.count_tokens(prompt)
    wanted = math.ceil(brief.words * _TOKENS[brief.language] * _HEADROOM)
    longest = max(1, min(wanted, info.max_total_tokens // 2))
    room = min(info.max_input_tokens, info.max_total_tokens - longest)
    began, spent, draws = time.monotonic(), 0, list[Written]()
    while not draws or (spent < budget and len(draws) < MOST_DRAWS):
        parameters = GenerateParameters(
            **dict(dials),  # type: ignore[arg-type]  # the names are the server's
            do_sample=True,
            seed=seed + _SEED_STEP * len(draws),
            max_new_tokens=longest,
            truncate=room if size > room else None,
            stop=["\n\n"][: info.max_stop_sequences],
            details=True,
        )
        text, finished = await _draw(tgi, prompt, parameters)
        spent += finished.generated_tokens
        draws.append(
            Written(
                text,
                tokens=spent,
                prompt_tokens=min(size, room) * (len(draws) + 1),
                requests=len(draws) + 1,
                seconds=time.monotonic() - began,
                model=finished.model_id,
            )
        )
    best = max(draws, key=lambda each: _merit(faults_of(brief, each.text, shown(brief.language))))
    last = draws[-1]
    kept = Written(best.text, last.tokens, last.prompt_tokens, last.requests, last.seconds, best.model)
    return Plain(best=kept, first=draws[0])


def _merit(faults: Faults) -> tuple[int, float]:
    """The fewer faults the better, then the nearer to the length."""
    return -sum((faults.loops, faults.leaks, faults.misses_names, faults.foreign)), -abs(1 - faults.length)


async def _draw(tgi: TgiClient, prompt: str, parameters: GenerateParameters) -> tuple[str, Finished]:
    async with aclosing(tgi.stream(prompt, parameters)) as events:
        async for event in events:
            if isinstance(event, Finished):
                return " ".join(event.generated_text.split("\n\n")[0].split()), event
    raise BrokenStream("it ended without its final text")
