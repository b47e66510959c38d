"""The part of a manuscript about rounds: each with its takes, each take with its whole receipt."""

from __future__ import annotations

from collections.abc import Iterator

from bot.story.document.manuscript import Section, Words, listed_flat, quoted
from bot.story.room import Room
from bot.story.rounds import Dials, Receipt, Round
from bot.story.saying import Say, listed, named
from bot.story.text import clean_line


def round_sections(room: Room, say: Say) -> Iterator[Section]:
    """The rounds and their takes."""
    yield Section(say("document.rounds"), () if room.rounds else (Words(say("document.nothing")),))
    for one in room.rounds:
        purpose = say(f"document.purpose.{one.purpose}")
        heading = say("document.round", round=one.number, purpose=purpose)
        yield Section(heading, (listed_flat(tuple(_asked(room, one, say))),), depth=3)
        for take in one.takes:
            heading = say("document.take", round=one.number, letter=take.letter)
            receipt = listed_flat(tuple(_receipt(take.receipt, say)))
            yield Section(heading, (quoted(take.text), receipt), depth=4)


def _asked(room: Room, one: Round, say: Say) -> Iterator[str]:
    yield say("document.round.asked", name=named(room, one.asked_by), takes=one.takes_wanted)
    yield say("document.round.level", level=say(f"level.{one.level}"))
    if one.work is not None:
        yield say("document.round.work", work=say(f"work.{one.work.kind}"))
        if one.work.text:
            yield say("document.round.question", text=clean_line(one.work.text))
    yield say("document.round.premises", premises=listed(say, one.premises))
    if one.draft is not None:
        yield say("document.round.draft", draft=one.draft)
    if one.answers:
        yield say("document.round.note", note=listed(say, one.answers))
    if one.again_of is not None:
        yield say("document.round.again", round=one.again_of)
    yield say("document.dials", dials=_dials(one.dials, say))
    yield say("document.seed", seed=one.seed)
    if one.cancelled_by is not None:
        yield say("document.round.cancelled", who=named(room, one.cancelled_by))
    elif one.failure is not None:
        yield say("document.round.failed", reason=clean_line(one.failure))
    else:
        yield say(f"document.round.{one.status}")


def _receipt(receipt: Receipt, say: Say) -> Iterator[str]:
    yield say("document.receipt.model", model=clean_line(receipt.model))
    if receipt.model_revision is not None:
        yield say("document.receipt.revision", revision=clean_line(receipt.model_revision))
    if receipt.program:
        yield say("document.receipt.program", program=clean_line(receipt.program))
    yield say("document.receipt.prompt", sha256=clean_line(receipt.prompt_sha256))
    yield say("document.dials", dials=_dials(receipt.dials, say))
    yield say("document.seed", seed=receipt.seed)
    yield say(
        "document.receipt.tokens",
        prompt=receipt.prompt_tokens,
        generated=receipt.generated_tokens,
        limit=receipt.max_new_tokens,
    )
    reason = clean_line(receipt.finish_reason)
    yield say("document.receipt.finish", reason=reason, seconds=f"{receipt.seconds:g}")
    if receipt.shortened:
        yield say("document.receipt.shortened", premises=receipt.shortened)
    if receipt.left_out:
        yield say("document.receipt.left_out", premises=receipt.left_out)
    if receipt.method:
        yield say("document.receipt.method", method=clean_line(receipt.method))
    if receipt.redraws:
        yield say("document.receipt.redraws", reasons=listed(say, map(clean_line, receipt.redraws)))
    if receipt.resumed:
        yield say("document.receipt.resumed", tokens=listed(say, receipt.resumed))


def _dials(dials: Dials, say: Say) -> str:
    """The dials under TGI's names, those that are off left out."""
    turned = dials.model_dump(exclude_none=True)
    return listed(say, (f"{name} {value:g}" for name, value in turned.items()))
