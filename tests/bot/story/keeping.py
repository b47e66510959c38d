"""Random commands about cards, for the machines that look for broken rules."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.story import commands as c
from bot.story.bible import ALIASES_LIMIT, DETAIL_LIMIT, NAME_LIMIT, SECRET_LIMIT, SHARED_LIMIT, Details
from bot.story.brief import Form, Kind, Length, Rating
from tests.bot.story import strategies as random

words = st.one_of(random.texts, st.sampled_from(("Mara", "The Lamp Guild: keepers", "灯会：守灯的人")))
details = st.builds(
    Details,
    **dict.fromkeys(
        ("want", "need", "flaw"),
        st.one_of(
            st.text(max_size=20), st.just("x" * DETAIL_LIMIT), st.just("\u0958" * (DETAIL_LIMIT // 2 + 1))
        ),
    ),
)
names = st.one_of(
    st.text(max_size=10),
    st.sampled_from(("", "Mara", "\u200b", "x" * (NAME_LIMIT + 1), "\u0958" * NAME_LIMIT)),
)
aliases = st.lists(names, max_size=ALIASES_LIMIT + 1).map(tuple)
secrets = st.one_of(
    words, st.just("x" * (SECRET_LIMIT + 1)), st.sampled_from(("The well is a door", "她就是凶手"))
)
shared = st.one_of(
    st.lists(st.sampled_from(("1", "2", "3")), max_size=3).map(tuple),
    st.just(tuple(f"member-{number}" for number in range(SHARED_LIMIT + 1))),
)
near = st.integers(min_value=0, max_value=4)
commands = st.one_of(
    st.builds(
        c.AddPremise,
        **random.by,
        kind=st.sampled_from(Kind),
        text=words,
        name=names,
        aliases=aliases,
        details=st.one_of(st.none(), details),
        secret=secrets,
        author=st.one_of(st.none(), random.people),
    ),
    st.builds(
        c.EditPremise,
        **random.by,
        premise=near,
        text=words,
        kind=st.one_of(st.none(), st.sampled_from(Kind)),
        name=st.one_of(st.none(), names),
        aliases=st.one_of(st.none(), aliases),
        details=st.one_of(st.none(), details),
        secret=st.one_of(st.none(), secrets),
        seen=st.one_of(st.none(), st.integers(min_value=-1, max_value=40)),
    ),
    st.builds(c.LockCard, **random.by, premise=near),
    st.builds(c.UnlockCard, **random.by, premise=near),
    st.builds(c.PinCard, **random.by, premise=near, pinned=st.booleans()),
    st.builds(c.OpenCard, **random.by, premise=near, open=st.booleans()),
    st.builds(
        c.KeepSecret,
        **random.by,
        premise=near,
        text=st.one_of(st.none(), secrets),
        shared_with=shared,
        model=st.booleans(),
    ),
    st.builds(c.DropSecret, **random.by, premise=near),
    st.builds(
        c.ChangeFrame,
        **random.by,
        form=st.sampled_from(Form),
        length=st.sampled_from(Length),
        tone=words,
        rating=st.one_of(st.none(), st.sampled_from(Rating)),
        seen=st.one_of(st.none(), st.integers(min_value=-1, max_value=40)),
    ),
    st.builds(c.StillFine, **random.by, draft=near),
)
