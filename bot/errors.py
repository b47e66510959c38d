"""What can go wrong in the bot, drawn as one tree; every error's `code` has words in the message catalogue.

    StoryroomError
    ├── StoreError                 about Redis
    │   ├── StoreUnavailable       it cannot be reached, or did not answer in time
    │   ├── Contended              a room changed under every try
    │   ├── Fenced                 another gateway process answers for the room now
    │   ├── ArchiveMissing         older events are in the archive, which is not at hand
    │   └── NewerSchema            a room was written by a newer version
    ├── WritingError               about TGI, as far as a person must know
    │   ├── WriterUnavailable      unreachable, slow, or not TGI
    │   │   └── CannotGoOn         another model, or one that does not take the text so far
    │   ├── WriterOverloaded       it takes no more at present
    │   ├── WriterRefused          it does not accept the request
    │   ├── PromptTooLong          the brief cannot be made to fit its window
    │   └── NothingToWrite         everything that was to be written is locked
    └── SetupError                 something an operator must mend; the text says what

A rule that says no is no error: see `bot.story.refusals`. `bot.chat.boundary` turns both into words.
"""

from __future__ import annotations

from typing import ClassVar


class StoryroomError(Exception):
    """The base: its text is safe to log and, by its code, to show."""

    code: ClassVar[str] = "unexpected"


class StoreError(StoryroomError):
    """Something about Redis."""

    code = "store"


class StoreUnavailable(StoreError):
    """Redis cannot be reached, or did not answer in time; whether the change was made is not known."""

    code = "store_unavailable"


class Contended(StoreError):
    """The room changed under every try."""

    code = "contended"


class Fenced(StoreError):
    """Another gateway process has the room's shard and wrote to the room; nothing was changed."""

    code = "fenced"


class ArchiveMissing(StoreError):
    """Older events of a room are in the archive, which is not at hand, not whole or not to be written to."""

    code = "archive_missing"


class NewerSchema(StoreError):
    """The room was written by a newer version of this program."""

    code = "newer_schema"


class WritingError(StoryroomError):
    """Something about TGI; a round fails with this code as its reason."""

    code = "writer_failed"


class WriterUnavailable(WritingError):
    """TGI is unreachable, too slow, or answers something that is not TGI's."""

    code = "writer_unavailable"


class CannotGoOn(WriterUnavailable):
    """A take that broke off cannot be gone on with where it was; it can be written from its start."""


class WriterOverloaded(WritingError):
    """TGI takes no more requests at present."""

    code = "writer_overloaded"


class WriterBusy(WriterOverloaded):
    """TGI was reached, and was not done within a limit on waiting."""

    code = "writer_busy"


class WriterRefused(WritingError):
    """TGI does not accept the request: its limits or its model do not fit."""

    code = "writer_refused"


class PromptTooLong(WritingError):
    """The brief cannot be made to fit the model's window."""

    code = "prompt_too_long"


class NothingToWrite(WritingError):
    """Everything that the round was to write is locked."""

    code = "nothing_to_write"


class SetupError(StoryroomError):
    """Something an operator must mend; the text says what to do."""

    code = "setup"
