"""Whose licence binds a text: known by the model's name, as the model side knows it."""

from __future__ import annotations

import pytest

from bot.story.licence import Licence, licence_of
from tests.tgi.test_licence import OPT_175B, OTHERS, SMALLER


@pytest.mark.parametrize("model", OPT_175B)
def test_opt_175b_is_known_by_its_usual_spellings(model: str) -> None:
    assert licence_of(model) is Licence.OPT_175B


@pytest.mark.parametrize("model", SMALLER)
def test_the_smaller_opts_are_known_too(model: str) -> None:
    assert licence_of(model) is Licence.OPT


@pytest.mark.parametrize("model", ["HuggingFaceTB/SmolLM2-135M-Instruct", "/weights/smollm2-360m"])
def test_the_small_model_s_licence_is_known(model: str) -> None:
    assert licence_of(model) is Licence.APACHE


@pytest.mark.parametrize("model", [*OTHERS, "gpt-2", "smollm20"])
def test_any_other_is_unknown(model: str) -> None:
    assert licence_of(model) is Licence.UNKNOWN
