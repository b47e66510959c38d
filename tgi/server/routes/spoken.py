"""What the routes in OpenAI's shapes share: the model's name, the fingerprint, usage, words for an ending."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tgi.errors import RequestError
from tgi.openai import ApiError, OpenaiErrorEvent, Usage
from tgi.protocol import FinishReason, Info
from tgi.server import sse
from tgi.server.generation import Ending
from tgi.server.service import Service

DONE: Final = b"data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What these routes need beside the service: the model's name and what is said of the server."""

    service: Service
    about: Info

    @property
    def fingerprint(self) -> str:
        """The router's version and image."""
        return f"{self.about.version}-{self.about.docker_label or 'native'}"

    def heading(self, model: str | None = None) -> dict[str, object]:
        """Return what every answer and event begins with; `model` is the name that was asked for."""
        return {
            "created": int(time.time()),
            "model": self.about.model_id if model in {None, "tgi"} else model,
            "system_fingerprint": self.fingerprint,
        }

    def adapter(self, model: str | None) -> str | None:
        """Take `model` for an adapter's name, as the router does, unless it is the served model's own."""
        return None if model in {None, "tgi", self.about.model_id} else model


def word(ending: Ending) -> str:
    """Return OpenAI's word for the end of a whole text."""
    return "stop" if ending.finish_reason is FinishReason.EOS_TOKEN else ending.finish_reason.value


def usage(*endings: Ending) -> Usage:
    """Add up the tokens."""
    prompt = sum(ending.input_length for ending in endings)
    written = sum(ending.generated_tokens for ending in endings)
    return Usage(prompt_tokens=prompt, completion_tokens=written, total_tokens=prompt + written)


def error_frame(error: RequestError) -> bytes:
    """Write the event by which a stream tells of an error."""
    return sse.frame(OpenaiErrorEvent(error=ApiError(message=error.text)))


def summed(headers: list[Mapping[str, str]]) -> dict[str, str]:
    """Add up what each prompt took; the router leaves out `x-compute-time` here."""
    kind = {"x-compute-type": headers[0]["x-compute-type"]}
    names = headers[0].keys() - {"x-compute-type", "x-compute-time"}
    return kind | {name: str(sum(int(each[name]) for each in headers)) for name in sorted(names)}
