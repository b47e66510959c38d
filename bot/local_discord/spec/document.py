"""Discord's OpenAPI 3.1 document: which operation a request is, and the validators of its parts.

A validator is compiled when it is first needed, straight from the document, and kept. The document is
Discord's and is not shipped: discord/discord-api-spec on GitHub.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import jsonschema_rs

from bot.local_discord.errors import StartRefused
from bot.local_discord.reply import Json
from bot.local_discord.spec.known import BODY_NOT_NEEDED, amended
from bot.local_discord.spec.violations import ANSWER, REQUEST

__all__ = ["Document", "Operation", "Parameter"]

_NAME = "urn:discord"
_MASK = "the value"
_METHODS = frozenset({"get", "put", "post", "patch", "delete"})
_JSON = "application/json"


@dataclass(frozen=True)
class Parameter:
    """A parameter of the path or the query."""

    name: str
    where: str
    required: bool
    validator: jsonschema_rs.Draft202012Validator


@dataclass
class Operation:
    """One method of one path. `template` is the document's."""

    method: str
    template: str
    parameters: tuple[Parameter, ...] = ()
    takes_body: bool = False
    needs_body: bool = False
    body: jsonschema_rs.Draft202012Validator | None = None
    answers: dict[str, jsonschema_rs.Draft202012Validator | None] = field(default_factory=dict)


class Document:
    """The document of one file, and its paths as a tree of segments."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises StartRefused."""
        try:
            self._spec: Json = json.loads(path.read_text("utf-8"))
            paths = self._spec["paths"]
            if not str(self._spec["openapi"]).startswith("3.1"):
                raise StartRefused(f"{path} is OpenAPI {self._spec['openapi']}; Discord's document is 3.1.")
        except OSError as error:
            raise StartRefused(f"Cannot read Discord's document in {path}: {error.strerror}.") from error
        except (ValueError, KeyError, TypeError) as error:
            raise StartRefused(f"{path} is not an OpenAPI document.") from error
        self._made: dict[tuple[str, str], Operation] = {}
        self._tree: Json = {}
        for template in paths:
            node = self._tree
            for segment in template.strip("/").split("/"):
                node = node.setdefault("{}" if segment.startswith("{") else segment, {})
            node[""] = template

    def operation(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation of a request to `path` and the values of its path, or None."""
        template = next(_matching(self._tree, path.strip("/").split("/")), None)
        if template is None or method.lower() not in self._spec["paths"][template]:
            return None
        key = (method.lower(), template)
        if key not in self._made:
            self._made[key] = self._operation(*key)
        pairs = zip(template.strip("/").split("/"), path.strip("/").split("/"), strict=True)
        return self._made[key], {name[1:-1]: value for name, value in pairs if name.startswith("{")}

    def operations(self) -> Iterator[tuple[str, str]]:
        """Every method with its template."""
        for template, item in self._spec["paths"].items():
            yield from ((method.upper(), template) for method in item if method in _METHODS)

    @property
    def schemas(self) -> Json:
        """Its schemas, by name."""
        schemas: Json = self._spec["components"]["schemas"]
        return schemas

    @cached_property
    def _registries(self) -> dict[str, jsonschema_rs.Registry]:
        return {
            direction: jsonschema_rs.Registry(
                [(_NAME, amended(self._spec, direction))], draft=jsonschema_rs.Draft202012
            )
            for direction in (REQUEST, ANSWER)
        }

    def _operation(self, method: str, template: str) -> Operation:
        item = self._spec["paths"][template]
        said, where = item[method], _pointer("paths", template, method)
        body = said.get("requestBody", {})
        return Operation(
            method.upper(),
            template,
            parameters=tuple(
                Parameter(
                    one["name"],
                    one["in"],
                    bool(one.get("required")),
                    self._compiled(f"{place}/parameters/{number}/schema", REQUEST),
                )
                for place, of in ((_pointer("paths", template), item), (where, said))
                for number, one in enumerate(of.get("parameters", ()))
                if one["in"] in {"path", "query"}
            ),
            takes_body=bool(body),
            needs_body=bool(body.get("required")) and f"{method.upper()} {template}" not in BODY_NOT_NEEDED,
            body=self._of_content(body, f"{where}/requestBody", REQUEST),
            answers={
                status: self._of_answer(answer, f"{where}/responses/{status}")
                for status, answer in said["responses"].items()
            },
        )

    def _of_answer(self, answer: Json, where: str) -> jsonschema_rs.Draft202012Validator | None:
        if "$ref" in answer:
            where = answer["$ref"].removeprefix("#")
            answer = self._spec["components"]["responses"][where.rpartition("/")[2]]
        return self._of_content(answer, where, ANSWER)

    def _of_content(self, of: Json, where: str, direction: str) -> jsonschema_rs.Draft202012Validator | None:
        if _JSON not in of.get("content", {}):
            return None
        return self._compiled(where + _pointer("content", _JSON, "schema"), direction)

    def _compiled(self, pointer: str, direction: str) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(
            {"$ref": f"{_NAME}#{pointer}"},
            registry=self._registries[direction],
            validate_formats=True,
            mask=_MASK,
        )


def _matching(node: Json, segments: list[str]) -> Iterator[str]:
    """The templates that a path is, those with more words before those with more parameters."""
    if not segments:
        if "" in node:
            yield node[""]
        return
    for step in (segments[0], "{}"):
        if step and step in node:
            yield from _matching(node[step], segments[1:])


def _pointer(*steps: str) -> str:
    """A JSON pointer as part of a URI."""
    escaped = (step.replace("~", "~0").replace("/", "~1") for step in steps)
    return "".join("/" + step.replace("{", "%7B").replace("}", "%7D").replace("@", "%40") for step in escaped)
