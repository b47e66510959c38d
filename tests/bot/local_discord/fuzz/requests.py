"""Requests drawn from Discord's OpenAPI document: what is sent, down to the bytes."""

from __future__ import annotations

import json
import random
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .pool import Pool
from .values import Values

__all__ = ["Asked", "Draw", "operations"]

_METHODS = ("get", "put", "post", "patch", "delete")
_DESTRUCTIVE = ("/guilds/{guild_id}", "/channels/{channel_id}", "/users/@me/guilds/{guild_id}")
_BOUNDARY = "x-fuzz"
_BYTES = (
    *(b"", b"{", b"[]", b"null", b"1", b'"', b"\xff\xfe", b"\x00", b'{"content":"\xff"}', b'{"a":NaN}'),
    *(b'{"a":1e999}', b'{"content":"\\ud800"}', b"[" * 100_000, b'{"a":' * 5000),
    b'{"limit":' + b"9" * 5000 + b"}",
)


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    template: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def __str__(self) -> str:
        return (
            f"{self.method} {self.path} {self.headers.get('Content-Type', '')} {(self.body or b'')[:2000]!r}"
        )


@dataclass(frozen=True)
class _Operation:
    method: str
    template: str
    parameters: list[dict[str, Any]]
    content: dict[str, Any]


def operations(path: Path) -> tuple[list[_Operation], dict[str, Any]]:
    """Every operation of the document, and its schemas."""
    document = json.loads(path.read_text("utf-8"))
    found = []
    for template, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                said = item[method]
                parameters = [*item.get("parameters", ()), *said.get("parameters", ())]
                found.append(
                    _Operation(
                        method.upper(), template, parameters, said.get("requestBody", {}).get("content", {})
                    )
                )
    return found, document["components"]["schemas"]


class Draw:
    """Draws requests; those of `built` templates (`METHOD /template`, parameters as `{}`) most often."""

    def __init__(self, document: Path, pool: Pool, dice: random.Random, built: set[str]) -> None:
        found, schemas = operations(document)
        self._dice = dice
        self._pool = pool
        self._values = Values(schemas, dice, pool.id_for)
        self._operations = found
        self._weights = [_weight(each, built) for each in found]

    def __call__(self) -> Asked:
        """One request."""
        [operation] = self._dice.choices(self._operations, self._weights)
        path = self._pool.path(operation.template) + self._query(operation)
        headers, body = self._body(operation)
        return Asked(operation.method, operation.template, path, headers, body)

    def _query(self, operation: _Operation) -> str:
        pairs = []
        for one in operation.parameters:
            if one["in"] == "query" and (one.get("required") or self._dice.random() < 0.4):
                value = self._values.of(one["schema"], one["name"])
                if self._dice.random() < 0.1:
                    value = self._values.spoilt(value)
                listed = value if isinstance(value, list) else [value]
                pairs += [
                    (one["name"], str(each).lower() if isinstance(each, bool) else str(each)[:500])
                    for each in listed
                ]
        return "?" + urllib.parse.urlencode(pairs) if pairs else ""

    def _body(self, operation: _Operation) -> tuple[dict[str, str], bytes | None]:
        luck = self._dice.random()
        if "application/json" not in operation.content:
            return (
                ({}, None)
                if luck < 0.95
                else ({"Content-Type": "application/json"}, self._dice.choice(_BYTES))
            )
        if luck < 0.04:
            kind = self._dice.choice(
                ("application/json", "application/json", "text/plain", "multipart/form-data", "a/b;;")
            )
            return {"Content-Type": kind}, self._dice.choice(_BYTES)
        value = self._values.of(operation.content["application/json"]["schema"])
        while self._dice.random() < 0.25:
            value = self._values.spoilt(value)
        text = json.dumps(value, ensure_ascii=self._dice.random() < 0.5).encode("utf-8", "surrogatepass")
        if self._dice.random() < 0.03:
            text = self._bitten(text)
        if "multipart/form-data" in operation.content and self._dice.random() < 0.2:
            return self._multipart(text)
        return {"Content-Type": "application/json"}, text

    def _bitten(self, text: bytes) -> bytes:
        at = self._dice.randrange(len(text) + 1)
        return self._dice.choice(
            (text[:at], text[:at] + bytes([self._dice.randrange(256)]) + text[at + 1 :], text * 2)
        )

    def _multipart(self, payload: bytes) -> tuple[dict[str, str], bytes]:
        name = self._dice.choice(
            ("files[0]", "files[0]", "files[9]", "files[99999]", "file", "files[-1]", "", "payload_json")
        )
        filename = self._dice.choice(
            ('; filename="a.txt"', '; filename="../../é.png"', "", '; filename=""', "; filename=\xff")
        )
        parts = [
            b'Content-Disposition: form-data; name="payload_json"\r\n\r\n' + payload,
            f'Content-Disposition: form-data; name="{name}"{filename}\r\n\r\nbytes\x00'.encode("latin-1"),
        ]
        odd = self._dice.random()
        if odd < 0.1:
            parts.append(b"no headers at all")
        elif odd < 0.2:
            parts.append(b"Content-Transfer-Encoding: base64\r\nContent-Encoding: gzip\r\n\r\n!!")
        elif odd < 0.3:
            parts = parts[1:]
        body = b"".join(b"--" + _BOUNDARY.encode() + b"\r\n" + part + b"\r\n" for part in parts)
        end = b"" if odd > 0.95 else b"--" + _BOUNDARY.encode() + b"--\r\n"
        kind = "multipart/form-data" + ("" if 0.9 < odd < 0.93 else f"; boundary={_BOUNDARY}")
        return {"Content-Type": kind}, body + end


def _weight(operation: _Operation, built: set[str]) -> float:
    if operation.method == "DELETE" and operation.template in _DESTRUCTIVE:
        return 0.05
    plain = "/".join("{}" if step.startswith("{") else step for step in operation.template.split("/"))
    if f"{operation.method} {plain}" not in built:
        return 0.04
    return 3.0 if operation.content else 1.0
