from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tgi.client.agreement import Model, agreed

MODELS = st.builds(Model, st.sampled_from("ab"), st.sampled_from([None, "1", "2"]))
WANTED = st.sampled_from([None, "a", "b", "c"])


@given(st.none() | MODELS, st.lists(MODELS, max_size=4), WANTED)
def test_the_model_in_force_is_served_and_wanted(
    current: Model | None, served: list[Model], wanted: str | None
) -> None:
    found = agreed(current, served, wanted)
    fitting = [model for model in served if wanted is None or model.id == wanted]
    if not fitting:
        assert found is None
        return
    assert found is not None
    assert any(model.agrees(found) for model in fitting)
    if current is not None and any(model.agrees(current) for model in fitting):
        assert found.agrees(current), "it stays while any server has it"


def test_without_a_wanted_one_the_first_server_s_model_is_kept_until_nobody_serves_it() -> None:
    old, new = Model("a", "1"), Model("a", "2")
    assert agreed(None, [old, new], None) == old
    assert agreed(old, [new, old], None) == old
    assert agreed(old, [new, new], None) == new


def test_a_revision_that_is_not_named_agrees_with_any_but_two_that_are_do_not() -> None:
    nameless, one, other = Model("a"), Model("a", "1"), Model("a", "2")
    assert nameless.agrees(one)
    assert not one.agrees(other)
    assert agreed(None, [nameless, one, other], None) == one


def test_a_wanted_model_leaves_no_choice() -> None:
    assert agreed(None, [Model("b"), Model("a")], "a") == Model("a")
    assert agreed(None, [Model("b")], "a") is None
