"""What can be asked of a draft besides a note: rewritings, and readings whose answers are no drafts.

A work is a kind and its parameters; each kind has a prompt program of its own, written for models that
continue documents. Which of them work on lists of parts as well is said here too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from bot.story.model import Model

QUESTION_LIMIT = 300  # characters of a question to a character, and of a "what if"


class WorkKind(StrEnum):
    """The kinds of work, in the order of use."""

    SENTENCE = "sentence"
    ONWARD = "onward"
    SHORTER = "shorter"
    LONGER = "longer"
    DARKER = "darker"
    FUNNIER = "funnier"
    VIEWPOINT = "viewpoint"
    SPLICE = "splice"
    ENDINGS = "endings"
    WHAT_IF = "what-if"
    GO_ON = "go-on"
    INTERVIEW = "interview"
    COVERAGE = "coverage"
    PREVIOUSLY = "previously"


READINGS: Final = frozenset({WorkKind.INTERVIEW, WorkKind.COVERAGE, WorkKind.PREVIOUSLY})
"""Works that tell something about the story; their takes cannot be adopted."""

PIECEWISE: Final = frozenset({WorkKind.SENTENCE, WorkKind.ONWARD})
"""Works on one sentence, or from one on; on a list, on one part, or from one on."""

ENDINGS = 3  # takes of a round of endings


class TextRef(Model):
    """A text of the room: a draft, or a take that may be none."""

    draft: int | None = None
    round: int | None = None
    take: int | None = None  # 0 to 3


class Work(Model):
    """One work. `at` counts sentences, or the parts of a list, from 1."""

    kind: WorkKind
    at: int | None = None
    text: str | None = None  # the question; what if; at most QUESTION_LIMIT characters
    character: int | None = None  # the premise of whom is asked, or through whose eyes
    base: TextRef | None = None  # what is spliced, where it is no draft
    other: TextRef | None = None  # what is spliced into it
    private: bool = False  # a reading that is shown to nobody but who asked
