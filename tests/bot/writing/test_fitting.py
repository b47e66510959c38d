"""What of an answer fits a gap, where it tells the story, and where it leaves it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.story.brief import Language
from bot.story.works import WorkKind
from bot.writing.document import document_of
from bot.writing.fitting import Fitting
from bot.writing.judge import Fault
from bot.writing.program import Programs
from tests.bot.writing.works_at_hand import drafted, working
from tgi.prose.names import cast_of

PROGRAMS = Programs()


@pytest.mark.parametrize(
    ("kind", "language", "answer", "fault"),
    [
        (WorkKind.ENDINGS, Language.ENGLISH, "The reader and you see her lower the rope.", Fault.VOICE),
        (
            WorkKind.ENDINGS,
            Language.ENGLISH,
            "She lowers the rope and lets it go. “You knew,” he says.",
            None,
        ),
        (WorkKind.ENDINGS, Language.CHINESE, "你会看见她放下绳子，又把它松开。", Fault.VOICE),
        (WorkKind.ENDINGS, Language.CHINESE, "她放下绳子，又把它松开，没有回头。", None),
        (WorkKind.INTERVIEW, Language.ENGLISH, "I never saw you there before.", None),
    ],
)
def test_a_text_that_leaves_the_story_is_kept_only_until_another_does_not(
    kind: WorkKind, language: Language, answer: str, fault: Fault | None
) -> None:
    room = working(drafted(language), kind)
    document = document_of(PROGRAMS.for_round(room, room.rounds[-1]), room, room.rounds[-1])
    assert document.frame is not None
    fitted = Fitting(document, document.frame).fit(document.frame.gaps[0], answer, [])
    assert (fitted.text, fitted.fault) == (answer, fault)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("Rafela lowers the rope and lets it go.", Fault.NAMES),
        ("Rafaela lowers the rope and lets it go.", None),
    ],
)
def test_a_text_with_a_name_wrong_by_a_letter_is_kept_only_until_another_has_it_right(
    answer: str, fault: Fault | None
) -> None:
    room = working(drafted(Language.ENGLISH), WorkKind.ENDINGS)
    document = document_of(PROGRAMS.for_round(room, room.rounds[-1]), room, room.rounds[-1])
    assert document.frame is not None
    known = replace(document, cast=cast_of(["Rafaela, a cook"]))
    fitted = Fitting(known, document.frame).fit(document.frame.gaps[0], answer, [])
    assert (fitted.text, fitted.fault) == (answer, fault)
