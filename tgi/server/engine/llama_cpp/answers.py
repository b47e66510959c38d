"""llama.cpp's events as tokens.

An event comes when a character is complete: it names the last token, how many there were, and the text, from
which the tokens before it are found again. Of those no log-probability is known. Where a character was broken
off, U+FFFD is left of it, whose own token then stands for each of them. Whether a special token ends the text
shows in the event after it.
"""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from tgi.server.engine import GeneratedToken, RankedToken
from tgi.server.engine.vocabulary import Vocabulary, WholeCharacters


async def tokens(
    events: AsyncGenerator[Mapping[str, Any]], vocabulary: Vocabulary, *, top_n: int
) -> AsyncGenerator[GeneratedToken]:
    """Yield the tokens of a generation; whoever closes them closes the events."""
    text = WholeCharacters()
    known = 0  # tokens that the runtime has told of
    held: GeneratedToken | None = None  # a special token
    async with aclosing(events):
        async for event in events:
            (choice,) = event["choices"]
            if held is not None:
                yield _settled(held, ends=choice["finish_reason"] == "stop")
                held = None
            if choice["finish_reason"] is not None:
                return
            if choice["logprobs"] is None:
                continue  # a step of the prompt
            (chosen,) = choice["logprobs"]["content"]
            last: int = chosen["id"]
            count = event["timings"]["predicted_n"] - known
            known += count
            piece = vocabulary.piece(last)
            broken = False
            if count > 1:
                silent = vocabulary.split(choice["text"].encode().removesuffix(piece), count - 1)
                if broken := silent is None:
                    text = WholeCharacters()
                    for left in range(count - 1, 0, -1):
                        said = choice["text"] if left == 1 else ""
                        yield GeneratedToken(vocabulary.unknown, said, None, special=False)
                for id_ in silent or ():
                    yield GeneratedToken(id_, text.feed(vocabulary.piece(id_)), None, special=False)
            top = _top(chosen, vocabulary, top_n) if top_n else ()
            if vocabulary.is_special(last):
                held = GeneratedToken(
                    last, piece.decode(errors="replace"), _logprob(chosen), special=True, top=top
                )
            else:
                said = "" if broken else text.feed(piece)
                yield GeneratedToken(last, said, _logprob(chosen), special=False, top=top)


def _settled(token: GeneratedToken, *, ends: bool) -> GeneratedToken:
    return GeneratedToken(token.id, token.text, token.logprob, token.special, ends=ends, top=token.top)


def _top(chosen: Mapping[str, Any], vocabulary: Vocabulary, count: int) -> tuple[RankedToken, ...]:
    """Rank the likeliest, and those that are as likely as the last of them, as TGI does."""
    told = chosen["top_logprobs"] if "top_logprobs" in chosen else chosen["top_probs"]
    ranked: list[RankedToken] = []
    for each in told:
        logprob = _logprob(each)
        if logprob is None or (len(ranked) >= count and logprob < ranked[-1].logprob):
            break
        id_ = each["id"]
        piece = vocabulary.piece(id_).decode(errors="replace")
        ranked.append(RankedToken(id_, piece, logprob, vocabulary.is_special(id_)))
    return tuple(ranked)


def _logprob(chosen: Mapping[str, Any]) -> float | None:
    if "logprob" in chosen:
        return float(chosen["logprob"])
    return math.log(chosen["prob"]) if chosen["prob"] > 0 else None
