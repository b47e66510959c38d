"""The base of everything the rules speak of: frozen, strict about unknown fields, small as JSON."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """A frozen value. Unknown fields are an error, so that a newer room is never half understood.

    Validation errors do not repeat their input: they are logged, and the input is people's words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


RoomId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
MemberId = Annotated[str, Field(min_length=1, max_length=64)]


class Person(Model):
    """Somebody who acts in a room, under the name that the room shows."""

    id: MemberId
    name: str = Field(max_length=100)
