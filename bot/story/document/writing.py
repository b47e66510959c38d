"""The part of the Markdown about rounds: each with its takes, each take with its whole receipt."""

from __future__ import annotations

from collections.abc import Iterator

from bot.story.document.escape import code, quote
from bot.story.document.saying import Say, listed, named
from bot.story.room import Room
from bot.story.rounds import Dials, Receipt, Round


def round_parts(room: Room, one: Round, say: Say) -> Iterator[str]:
    """A round and its takes."""
    purpose = say(f"document.purpose.{one.purpose}")
    yield f"### {say('document.round', round=one.number, purpose=purpose)}"
    yield "\n".join(f"- {said}" for said in _asked(room, one, say))
    for take in one.takes:
        yield f"#### {say('document.take', round=one.number, letter=take.letter)}"
        yield quote(take.text)
        yield "\n".join(f"- {said}" for said in _receipt(take.receipt, say))


def _asked(room: Room, one: Round, say: Say) -> Iterator[str]:
    yield say("document.round.asked", name=named(room, one.asked_by), takes=one.takes_wanted)
    yield say("document.round.premises", premises=listed(say, one.premises))
    if one.draft is not None:
        yield say("document.round.draft", draft=one.draft)
    if one.note is not None:
        yield say("document.round.note", note=one.note)
    if one.again_of is not None:
        yield say("document.round.again", round=one.again_of)
    yield say("document.dials", dials=_dials(one.dials, say))
    yield say("document.seed", seed=one.seed)
    if one.failure is not None:
        yield say("document.round.failed", reason=code(one.failure))
    else:
        yield say(f"document.round.{one.status}")


def _receipt(receipt: Receipt, say: Say) -> Iterator[str]:
    yield say("document.receipt.model", model=code(receipt.model))
    if receipt.model_revision is not None:
        yield say("document.receipt.revision", revision=code(receipt.model_revision))
    yield say("document.receipt.prompt", sha256=code(receipt.prompt_sha256))
    yield say("document.dials", dials=_dials(receipt.dials, say))
    yield say("document.seed", seed=receipt.seed)
    yield say(
        "document.receipt.tokens",
        prompt=receipt.prompt_tokens,
        generated=receipt.generated_tokens,
        limit=receipt.max_new_tokens,
    )
    yield say("document.receipt.finish", reason=code(receipt.finish_reason), seconds=f"{receipt.seconds:g}")
    if receipt.shortened:
        yield say("document.receipt.shortened", premises=receipt.shortened)
    if receipt.redraws:
        yield say("document.receipt.redraws", reasons=listed(say, map(code, receipt.redraws)))


def _dials(dials: Dials, say: Say) -> str:
    """The dials under TGI's names, those that are off left out."""
    turned = dials.model_dump(exclude_none=True)
    return listed(say, (code(f"{name} {value:g}") for name, value in turned.items()))
