from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.local_discord.errors import StartRefused
from bot.local_discord.spec.document import Document
from bot.local_discord.spec.spec import NO_BODY, NOT_JSON, Spec

from .documents import small_document

MESSAGES = "/channels/1100000000000000012/messages"


@pytest.fixture
def spec(tmp_path: Path) -> Spec:
    return Spec(Path(small_document(tmp_path)))


def _sends(spec: Spec, body: Any) -> list[tuple[str, str, str]]:
    return [(one.path, one.message, one.instance) for one in spec.request("POST", MESSAGES, body, {})]


def test_what_is_documented_is_no_violation(spec: Spec) -> None:
    assert _sends(spec, {"content": "hello", "components": [{"type": 10, "content": "x"}]}) == []
    assert spec.answer("POST", MESSAGES, 200, b'{"content": ""}') == []
    assert spec.answer("POST", MESSAGES, 404, b'{"code": 10003, "message": "Unknown Channel"}') == []


def test_a_violation_names_the_field_and_shortens_what_is_there(spec: Spec) -> None:
    assert _sends(spec, {"content": "x" * 4001}) == [
        ("content", "the value is longer than 4000 characters", '"' + "x" * 198 + "…")
    ]


def test_of_several_forms_the_one_that_was_meant_is_spoken_of(spec: Spec) -> None:
    [said] = _sends(spec, {"components": [{"type": 10, "content": ""}]})
    assert said == ("components.0.content", "the value is shorter than 1 character", '""')
    [said] = _sends(spec, {"components": [{"type": 7}]})
    assert said == ("components.0", "fits none of the 2 forms that are documented", '{"type": 7}')


def test_tokens_are_never_repeated(spec: Spec) -> None:
    said = _sends(spec, {"components": {"token": "secret"}}) + _sends(spec, {"token": "secret"})
    assert len(said) == 2
    assert "secret" not in json.dumps(said[0])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (NO_BODY, "has no body, which is required"),
        (NOT_JSON, "the body is not JSON"),
        ([], "the value is not of type"),
    ],
)
def test_a_body_must_be_there_and_an_object(spec: Spec, body: object, message: str) -> None:
    [(path, said, _)] = _sends(spec, body)
    assert (path, said[: len(message)]) == ("", message)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"limit": ["100"]}, None),
        ({"limit": ["101"]}, "query.limit"),
        ({"limit": ["many"]}, "query.limit"),
        ({"whole": ["true"]}, None),
        ({"whole": ["perhaps"]}, "query.whole"),
        ({"ids": ["1", "2"]}, None),
        ({"ids": ["1"]}, None),
        ({"ids": ["1", "2", "3"]}, "query.ids"),
    ],
)
def test_parameters_are_read_as_their_types(
    spec: Spec, query: dict[str, list[str]], path: str | None
) -> None:
    assert [one.path for one in spec.request("GET", MESSAGES, NO_BODY, query)] == (
        [] if path is None else [path]
    )


def test_a_path_that_is_no_id_is_named(spec: Spec) -> None:
    [said] = spec.request("POST", "/channels/here/typing", NO_BODY, {})
    assert said.path == "path.channel_id"


def test_an_operation_that_is_not_documented_is_named(spec: Spec) -> None:
    [said] = spec.request("DELETE", MESSAGES, NO_BODY, {})
    assert said.message == "is no operation that is documented"
    assert spec.template("PUT", "/castles/1100000000000000012/doors") == "/castles/{id}/doors"


def test_a_word_of_the_path_goes_before_a_parameter(spec: Spec) -> None:
    assert spec.template("GET", "/users/@me") == "/users/@me"
    assert spec.template("GET", "/users/12") == "/users/{user_id}"


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (200, b"{}", '"content" is a required property'),
        (200, b"<html>", "is not JSON"),
        (201, b"{}", "has a status that is none of 200, 4XX"),
        (400, b"{}", '"code" is a required property'),
    ],
)
def test_an_answer_is_held_to_its_status(spec: Spec, status: int, body: bytes, message: str) -> None:
    assert spec.answer("POST", MESSAGES, status, body)[0].message == message


def test_no_content_is_no_content(spec: Spec) -> None:
    assert spec.answer("POST", "/channels/1/typing", 204, b"") == []
    [said] = spec.answer("POST", "/channels/1/typing", 204, b"{}")
    assert said.message == "has a body where none is documented"


def test_faults_are_not_looked_at(spec: Spec) -> None:
    assert spec.answer("POST", MESSAGES, 503, b"<html>") == []


def test_the_operations_can_be_listed(spec: Spec) -> None:
    assert ("POST", "/channels/{channel_id}/messages") in set(spec.document.operations())


@pytest.mark.parametrize("text", ["[]", '{"openapi": "3.1.0"}', "{", '{"openapi": "3.0.3", "paths": {}}'])
def test_a_document_that_cannot_be_used_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "document.json"
    path.write_text(text, "utf-8")
    with pytest.raises(StartRefused, match=r"is not an OpenAPI document|Discord's document is 3\.1"):
        Document(path)
