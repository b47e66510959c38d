"""What the server was asked for a take, noted as it is asked, for those who want to know what was sent."""

from __future__ import annotations

from bot.story.requested import Asking, Requests, requests_of
from bot.story.sent import Origin, Sent
from bot.writing.heard import Heard
from tgi.protocol import GenerateParameters


class Asked:
    """The requests of one take, whichever worker made them."""

    def __init__(self) -> None:
        self._all: list[Asking] = []

    @property
    def requests(self) -> Requests:
        """All of them, to be kept; there are none where nothing of the take was left to write."""
        return requests_of(self._all)

    def note(self, heard: Heard, at: int, behind: Sent, parameters: GenerateParameters) -> None:
        """A stream is asked for, or was, when it had so many tokens; said twice, it is one request."""
        sent = heard.rest(parameters, at).model_dump(mode="json", exclude_unset=True, exclude_none=True)
        one = Asking(behind.then(heard.text_to(at), Origin.WRITTEN), sent, goes_on=at > 0)
        if self._all[-1:] != [one]:
            self._all.append(one)
