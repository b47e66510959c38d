"""What an exported room says of the licences of the models that wrote it, in Markdown and in JSON."""

from __future__ import annotations

import json

import pytest

from bot.story.document import Export, as_json, as_markdown
from bot.story.document.escape import line
from bot.story.events import Event
from bot.words import CHINESE, ENGLISH, words
from tests.bot.building import add_premise, ask_round, open_room, receipt, record_take
from tests.bot.story.telling import story_of

RESEARCH = {ENGLISH: "non-commercial research only", CHINESE: "仅限非商业研究"}


def written_by(*models: str) -> tuple[Event, ...]:
    """A room with a take by each."""
    takes = [
        record_take(1, number, "Words.").model_copy(
            update={"receipt": receipt().model_copy(update={"model": model})}
        )
        for number, model in enumerate(models)
    ]
    _, log = story_of(open_room(), add_premise("A keeper."), ask_round(takes=max(1, len(takes))), *takes)
    return log


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
@pytest.mark.parametrize("model", ["/weights/opt-175b", "facebook/OPT-175B", "opt 175b"])
def test_a_room_with_a_take_of_opt_175b_says_that_it_is_for_research_alone(language: str, model: str) -> None:
    log, say = written_by("a-model", model), words(language).say
    told = say("document.licence.opt_175b", model=model)
    assert RESEARCH[language] in told
    assert model in told
    markdown = as_markdown(log, say=say)
    assert f"\n*{line(told)}*\n" in markdown
    assert markdown.index(line(told)) < markdown.index("\n## ")
    assert told in json.loads(as_json(log, say=say))["licences"]


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
def test_other_models_are_named_with_theirs(language: str) -> None:
    say = words(language).say
    models = ("facebook/opt-6.7b", "HuggingFaceTB/SmolLM2-135M-Instruct", "a-model")
    log = written_by(*models)
    told = [
        say(f"document.licence.{key}", model=model)
        for key, model in zip(("opt", "apache", "unknown"), models, strict=True)
    ]
    assert json.loads(as_json(log, say=say))["licences"] == told
    markdown = as_markdown(log, say=say)
    assert all(f"\n*{line(one)}*\n" in markdown for one in told)
    assert RESEARCH[language] in told[0]
    assert not any(RESEARCH[language] in one for one in told[1:])


def test_a_model_is_told_of_once_however_many_takes_it_wrote() -> None:
    say = words().say
    assert json.loads(as_json(written_by(*["opt-175b"] * 3), say=say))["licences"] == [
        say("document.licence.opt_175b", model="opt-175b")
    ]


def test_a_room_that_no_model_has_written_in_has_no_licence_to_tell() -> None:
    assert json.loads(as_json(written_by(), say=words().say))["licences"] == []


def test_an_export_from_before_licences_were_told_can_still_be_read() -> None:
    older = json.loads(as_json(written_by("opt-175b"), say=words().say))
    del older["licences"]
    assert Export.model_validate_json(json.dumps(older)).licences == ()
