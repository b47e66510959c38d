"""Everything the bot offers, and how often people do it. A command or a button that is not here fails a test.

`often` is a weight among its kind. `lasting`: an answer that is no refusal says that the operation is in the
room's log; where that is not so (a second press that finds it done, a form that opens) it is False.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Offer(NamedTuple):
    """One of them."""

    often: float = 1.0
    lasting: bool = False


_ACTS = Offer(2, lasting=True)
_READS = Offer(1)
_RARE = Offer(0.3)

COMMANDS: Final[dict[str, Offer]] = {
    "room open": Offer(0.2),
    "room board": _READS,
    "room lock": Offer(0.3, lasting=True),
    "room close": Offer(0.2, lasting=True),
    "room reopen": Offer(2, lasting=True),
    "premise add": Offer(6, lasting=True),
    "premise edit": _READS,
    "premise withdraw": Offer(0.7, lasting=True),
    "bible": _READS,
    "card add": _READS,
    "card pin": _READS,
    "card edit": Offer(3),
    "card secret": _READS,
    "card lock": _RARE,
    "card unlock": _READS,
    "card history": _READS,
    "card delete": _RARE,
    "synopsis": Offer(14, lasting=True),
    "write": Offer(3),
    "rewrite sentence": Offer(1),
    "rewrite onward": Offer(1),
    "rewrite shorter": _READS,
    "rewrite longer": _READS,
    "rewrite darker": _READS,
    "rewrite funnier": _READS,
    "rewrite endings": _READS,
    "rewrite viewpoint": _READS,
    "rewrite splice": _READS,
    "rewrite what-if": _READS,
    "interview": _READS,
    "coverage": _READS,
    "previously": _READS,
    "structure form": _READS,
    "structure reading": _READS,
    "ballot open": Offer(4, lasting=True),
    "ballot vote": Offer(2),
    "ballot close": Offer(3),
    "ballot results": _READS,
    "note add": _ACTS,
    "note list": _READS,
    "note assign": _READS,
    "note done": _READS,
    "note drop": _READS,
    "note reopen": _READS,
    "green-light ask": Offer(1, lasting=True),
    "green-light withdraw": _RARE,
    "export": _READS,
    "import": Offer(1.5),
    "why": _READS,
    "tree": _READS,
    "compare": _READS,
    "undo": Offer(0.7),
    "credits": _READS,
}

MENUS: Final[dict[str, Offer]] = {"Add to the story": Offer()}

PRESSES: Final[dict[str, Offer]] = {
    "add_premise": Offer(2),
    "my_premises": _READS,
    "chosen": Offer(3),
    "edit": _READS,
    "withdraw": _RARE,
    "bible": _READS,
    "card_chosen": Offer(3),
    "card_shown": _READS,
    "card_edit": Offer(3),
    "card_overwrite": Offer(3),
    "card_merge": Offer(8),
    "card_history": _READS,
    "card_lock": _RARE,
    "card_unlock": Offer(3),
    "card_pin": _READS,
    "card_unpin": _READS,
    "card_open": _READS,
    "card_shut": _READS,
    "card_delete": _RARE,
    "card_secret": _READS,
    "card_redo": Offer(2, lasting=True),
    "card_fine": _READS,
    "secret_shared": Offer(2),
    "secret_edit": Offer(2),
    "secret_tell": Offer(2),
    "secret_untell": Offer(2),
    "secret_mine": Offer(2),
    "secret_drop": _READS,
    "why": _READS,
    "write": Offer(5, lasting=True),
    "cancel": Offer(1.5),
    "again": Offer(3, lasting=True),
    "read": _READS,
    "note": Offer(4),
    "adopt": Offer(7, lasting=True),
    "drafts": _READS,
    "drafts_page": _READS,
    "went_back": Offer(2),
    "edit_draft": Offer(2),
    "step_back": _READS,
    "step_on": _READS,
    "next_level": Offer(2, lasting=True),
    "go_on": Offer(2, lasting=True),
    "parts": Offer(2),
    "parts_page": _READS,
    "part_locked": Offer(2),
    "rewrite": Offer(2),
    "work_kind": Offer(4),
    "work_part": Offer(4),
    "work_parts": _READS,
    "work_person": Offer(4),
    "work_people": _READS,
    "work_other": Offer(4),
    "work_others": _READS,
    "work_show": Offer(2),
    "ballot_open": Offer(2, lasting=True),
    "ballot_vote": Offer(4),
    "ballot_change": Offer(2),
    "ballot_afresh": _READS,
    "ballot_pick": Offer(6),
    "ballot_done": Offer(6),
    "ballot_close": Offer(3),
    "ballot_read": _READS,
    "ballot_adopt": Offer(12),
    "notes_more": _READS,
    "notes_newer": _READS,
    "notes_answered": Offer(3),
    "light_go": Offer(4),
    "light_not_yet": Offer(2),
    "tree_page": _READS,
    "tree_one": Offer(3),
    "tree_branch": Offer(2),
    "tree_read": _READS,
    "tree_svg": _READS,
    "tree_compare": _READS,
    "compare_page": _READS,
    "undo_redo": Offer(2),
    "credits_shares": _READS,
    "credits_sentences": _READS,
    "credits_disclosure": _READS,
    "lock": _RARE,
    "export": _READS,
}
"""Buttons and selects, by the action in their custom id."""

MODALS: Final[dict[str, Offer]] = {
    "added": Offer(lasting=True),
    "picked_up": Offer(lasting=True),
    "edited": Offer(),
    "card_added": Offer(lasting=True),
    "card_edited": Offer(),
    "card_framed": Offer(),
    "secret_kept": Offer(),
    "noted": Offer(lasting=True),
    "draft_edited": Offer(),
    "work_idea": Offer(lasting=True),
    "light_missing": Offer(),
}
"""Forms that are sent in; the rest of a run never leaves one unfilled for long."""

ASKS: Final = frozenset(
    (
        *("command synopsis", "command write", "command interview", "command coverage", "command previously"),
        *(f"command {name}" for name in COMMANDS if name.startswith("rewrite ")),
        *("command structure reading", "press write", "press again", "press note", "press next_level"),
        *("press go_on", "press card_redo", "press rewrite", "press work_kind", "press work_part"),
        *("press work_person", "press work_other", "modal noted", "modal work_idea"),
    )
)
"""Whatever asks for a round, or begins to."""

LITTLE: Final = frozenset({"command synopsis", "command write", "press again", "press note", "modal noted"})
"""Of these, what asks for one take where commands say so (`forms.SPARING`)."""

_KINDS: Final = {"command": COMMANDS, "menu": MENUS, "press": PRESSES, "modal": MODALS}


def is_lasting(what: str) -> bool:
    """Whether an answer to "press adopt" and the like, if it is no refusal, must have left a trace."""
    kind, _, name = what.partition(" ")
    return name in _KINDS.get(kind, {}) and _KINDS[kind][name].lasting


def every() -> set[str]:
    """All of them, as `Asked.what` names them."""
    return {f"{kind} {name}" for kind, offers in _KINDS.items() for name in offers}
