"""Random commands about levels and works, for the machine that looks for broken rules."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.story import commands as c
from bot.story.levels import Level
from bot.story.room import DRAFT_LIMIT
from bot.story.structure import structures
from bot.story.works import QUESTION_LIMIT, TextRef, Work, WorkKind
from tests.bot.story import strategies as random

LISTED = "1. Opening: She digs.\n2. Turn: It is not water.\n\n3) 合：井。\nNo number at all"

maybe = st.one_of(st.none(), random.numbers)
refs = st.builds(TextRef, draft=maybe, round=maybe, take=maybe)
works = st.builds(
    Work,
    kind=st.sampled_from(WorkKind),
    at=maybe,
    text=st.one_of(st.none(), random.texts, st.just("x" * (QUESTION_LIMIT + 1))),
    character=maybe,
    base=st.one_of(st.none(), refs),
    other=st.one_of(st.none(), refs),
    private=st.booleans(),
)
commands = st.one_of(
    st.builds(c.AskRound, **random.by, seed=random.seeds, level=st.sampled_from(Level), takes=st.just(1)),
    st.builds(
        c.AskWork,
        **random.by,
        work=works,
        seed=random.seeds,
        draft=maybe,
        base=st.one_of(st.none(), refs),
    ),
    st.builds(
        c.EditDraft,
        **random.by,
        draft=random.numbers,
        text=st.one_of(random.texts, st.just(LISTED), st.just("y" * (DRAFT_LIMIT + 1))),
    ),
    st.builds(
        c.StepDraft, **random.by, back=st.booleans(), level=st.one_of(st.none(), st.sampled_from(Level))
    ),
    st.builds(c.LockPart, **random.by, draft=random.numbers, part=random.numbers, locked=st.booleans()),
    st.builds(
        c.ChooseStructure,
        **random.by,
        structure=st.one_of(random.texts, st.sampled_from(sorted(structures()))),
    ),
)
