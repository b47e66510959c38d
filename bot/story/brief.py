"""What a room sets out to write: the form, the length, the language, and the premises people bring."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from bot.story.bible import ALIASES_LIMIT, NAME_LIMIT, Details, Secret, Version
from bot.story.model import MemberId, Model

TITLE_LIMIT = 80  # with its prefix it must fit a Discord thread's name, 100 characters
TONE_LIMIT = 100
PREMISE_LIMIT = 1500  # characters; a whole premise fits one embed field group and a modal
PREMISES_LIMIT = 500  # in force at once, lore included


class Form(StrEnum):
    """The kind of picture."""

    FEATURE = "feature"
    SHORT = "short"
    SERIES = "series"
    EPISODE = "episode"
    HALF_HOUR = "half-hour"
    HOUR = "hour"


class Length(StrEnum):
    """How long a synopsis the room asks for; `LENGTHS` gives the figures."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Language(StrEnum):
    """The language a room writes in, as Discord names locales."""

    ENGLISH = "en"
    CHINESE = "zh-CN"


class Rating(StrEnum):
    """For whom the story is."""

    ALL_AGES = "all-ages"
    TEEN = "teen"
    MATURE = "mature"


class Kind(StrEnum):
    """What a premise is about."""

    CHARACTER = "character"
    SETTING = "setting"
    LOGLINE = "logline"
    CONFLICT = "conflict"
    THEME = "theme"
    TWIST = "twist"
    LORE = "lore"  # enters a prompt only where it is named or pinned


# The length a take aims at: English words, Chinese characters.
LENGTHS: dict[Length, dict[Language, int]] = {
    Length.SHORT: {Language.ENGLISH: 80, Language.CHINESE: 120},
    Length.MEDIUM: {Language.ENGLISH: 150, Language.CHINESE: 225},
    Length.LONG: {Language.ENGLISH: 300, Language.CHINESE: 450},
}


class Premise(Model):
    """One contribution to the brief: a card of the room's bible.

    `author` wrote the words and alone may edit or withdraw them, unless it is `open`; `added_by` brought them
    in, and differs where somebody picked up another person's message.
    """

    id: int
    kind: Kind
    text: str = Field(min_length=1, max_length=PREMISE_LIMIT)
    author: MemberId
    added_by: MemberId
    withdrawn: bool = False
    withdrawn_at: int = 0  # the room's revision then; 0 where it was not, or before this was kept
    name: str = Field(default="", max_length=NAME_LIMIT)
    aliases: tuple[str, ...] = Field(default=(), max_length=ALIASES_LIMIT)
    details: Details | None = None
    secret: Secret | None = None
    locked_by: MemberId | None = None
    pinned: bool = False
    open: bool = False  # everybody may edit it
    versions: tuple[Version, ...] = ()  # the first is its coming; a room stored before has none
    told: Version | None = None  # when the secret that prompts have was last another one

    @property
    def version(self) -> int:
        """The room's revision at which it came to be as it is; 0 where that was not kept."""
        return self.versions[-1].revision if self.versions else 0


class Brief(Model):
    """The frame of the story; the premises stand beside it in the room."""

    title: str = Field(min_length=1, max_length=TITLE_LIMIT)
    form: Form = Form.FEATURE
    length: Length = Length.MEDIUM
    language: Language = Language.ENGLISH
    tone: str | None = Field(default=None, max_length=TONE_LIMIT)
    rating: Rating | None = None

    @property
    def words(self) -> int:
        """The length aimed at: words in English, characters in Chinese."""
        return LENGTHS[self.length][self.language]
