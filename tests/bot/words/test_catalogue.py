"""The message catalogue: both languages whole and equal, nothing missing, nothing left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

from bot import errors
from bot.chat.actions.levels import Act
from bot.chat.permissions import TO_OPEN
from bot.story import brief, levels, licence, refusals, room, rounds, sent, stale, works
from bot.story.ballots import ballot
from bot.story.refusals import code_of
from bot.story.structure import reading
from bot.words import CHINESE, ENGLISH, Words, words
from bot.writing import judge
from tests.bot.words.texts import BOTH, EN, ZH, fields, raw

BOT = Path(errors.__file__).parent

_SPEAKERS = {"say", "count", "said", "Told", "options", "described", "choices"}
# What a key that is built while the program runs may end in, by what it begins with.
_BUILT: dict[str, type[StrEnum]] = {
    "form": brief.Form,
    "length": brief.Length,
    "language": brief.Language,
    "rating": brief.Rating,
    "kind": brief.Kind,
    "preset": room.Preset,
    "dials": rounds.DialPreset,
    "board": room.RoomStatus,
    "adoption": ballot.Adoption,
    "document.state": room.RoomStatus,
    "document.round": rounds.RoundStatus,
    "document.purpose": rounds.Purpose,
    "level": levels.Level,
    "work": works.WorkKind,
    "act": Act,
    "work.title": works.WorkKind,
    "element": reading.Element,
    "document.licence": licence.Licence,
    "stale": stale.Cause,
    "why.origin": sent.Origin,
    "why.fault": judge.Fault,
    "dial": rounds.Dial,
}


def singular(key: str) -> bool:
    return key.endswith(".one")


def test_both_languages_have_the_same_keys() -> None:
    assert {key for key in EN.keys ^ ZH.keys if not singular(key)} == set()
    assert not {key for key in ZH.keys if singular(key)} - EN.keys


@pytest.mark.parametrize("key", sorted(EN.keys))
def test_a_text_has_the_same_fields_in_both_languages(key: str) -> None:
    other = key if key in ZH.keys else key.removesuffix(".one") + ".other"
    assert fields(raw(EN, key)) == fields(raw(ZH, other))


@BOTH
def test_every_text_about_a_number_has_a_plural(say: Words) -> None:
    for key in say.keys:
        if singular(key):
            assert key.removesuffix(".one") + ".other" in say.keys


@BOTH
def test_no_text_is_empty_or_has_spaces_to_spare(say: Words) -> None:
    spacing = {"document.comma", "document.semicolon", "document.space", "round.clipped"}
    for key in say.keys - spacing:
        text = raw(say, key)
        assert text, key
        assert text == text.strip(), key
        assert "  " not in text, key
        assert "\n" not in text, key


def test_english_is_typeset_as_english_and_chinese_as_chinese() -> None:
    for key in EN.keys - {"language.zh-CN"}:
        assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", raw(EN, key)), key
    for key in ZH.keys:
        text = re.sub(r"\{\w+(:\w+)?\}|`[^`]*`", "", raw(ZH, key))
        assert not re.search(r"[\u4e00-\u9fff][,:;?!()]|\.\.\.", text), key


@pytest.mark.parametrize(
    ("best", "others", "told"),
    [
        ("版本 C", "版本 A", "4 票：太少，分不出版本 C 与版本 A 的高下。"),
        ("第 3 稿", "第 1 稿", "4 票：太少，分不出第 3 稿与第 1 稿的高下。"),
        ("甲", "{x}", "4 票：太少，分不出甲与{x}的高下。"),
    ],
)
def test_a_latin_letter_that_is_filled_in_does_not_touch_a_chinese_character(
    best: str, others: str, told: str
) -> None:
    assert ZH.count("ballot.result.close", 4, best=best, others=others) == told


@pytest.mark.parametrize(
    ("who", "told"),
    [
        ("Ana", "**Ana** 锁住了第 **3** 张卡片，解锁之前不会改动。"),
        ("小满", "**小满**锁住了第 **3** 张卡片，解锁之前不会改动。"),
    ],
)
def test_a_chinese_name_stands_in_a_chinese_text_without_spaces(who: str, told: str) -> None:
    assert ZH.say("card.locked", who=who, number=3) == told
    tight = ZH.say("refusal.not_your_act", who="小满")
    assert tight == "这是小满做的，只有本人或开室的人可以撤销。请找其中一位。"
    assert ZH.say("refusal.no_such_ballot", ballot=3).endswith("输入 `/投票 结果` 时会列出各次投票。")


@BOTH
def test_every_refusal_has_words_and_all_its_fields(say: Words) -> None:
    kinds = [
        each
        for each in vars(refusals).values()
        if isinstance(each, type) and issubclass(each, refusals.Refusal) and each is not refusals.Refusal
    ]
    assert kinds
    for kind in kinds:
        assert fields(raw(say, f"refusal.{code_of(kind)}")) <= set(kind.model_fields), kind
    assert {key for key in say.keys if key.startswith("refusal.")} == {
        f"refusal.{code_of(kind)}" for kind in kinds
    }


@BOTH
def test_every_error_has_words(say: Words) -> None:
    for error in _tree(errors.StoryroomError):
        area = "failure" if issubclass(error, errors.WritingError) else "error"
        assert fields(raw(say, f"{area}.{error.code}")) <= {"reference"}, error


@BOTH
def test_every_key_in_the_code_has_words(say: Words) -> None:
    found = set(_keys_in_code())
    assert len(found) > 80
    missing = {
        key for key in found if not (say.has(key) or say.has(f"{key}.other") or f"{key}." in _starts(say))
    }
    assert missing == set()


def test_no_text_is_left_that_nobody_says() -> None:
    code = "\n".join(path.read_text("utf-8") for path in _sources()).replace("'", '"')
    built = {f"{start}.{each}" for start, values in _BUILT.items() for each in values}
    built |= {f"{area}.{code}" for area in ("refusal", "error", "failure") for code in _codes()}
    built.add(f"failure.{rounds.LEFT_BEHIND}")
    built |= {f"permission.{name}" for name, needed in TO_OPEN if needed}
    left = []
    for key in EN.keys - built:
        plain = re.sub(r"\.(one|other)$", "", key)
        # A button is named by its action, an option of a command and a dial by their own names.
        name = plain.rpartition(".")[2]
        named = plain.startswith(("button.", "command.", "dial.")) and re.search(
            rf"[\".]{re.escape(name)}\"", code
        )
        if f'"{plain}"' not in code and not named:
            left.append(key)
    assert left == []


@pytest.mark.parametrize("key", sorted(key for key in EN.keys if "/" in raw(EN, key)))
def test_a_text_names_the_same_commands_in_both_languages_as_their_readers_see_them(key: str) -> None:
    other = key if key in ZH.keys else key.removesuffix(".one") + ".other"
    named = list(_named(EN, raw(EN, key)))
    assert named or " / " in raw(EN, key)
    assert named == list(_named(ZH, raw(ZH, other)))


@BOTH
def test_a_sentence_sets_its_commands_apart_so_that_one_sees_where_they_end(say: Words) -> None:
    plain = ("command.", "why.more.")  # shown where Discord reads no Markdown
    for key in say.keys:
        if not key.startswith(plain):
            assert not re.search(r"(?<![\w`<])/[a-z\u4e00-\u9fff]", raw(say, key)), key


@BOTH
def test_the_button_of_a_sentence_is_there_under_that_name(say: Words) -> None:
    labels = {raw(say, key) for key in say.keys if key.startswith("button.")}
    patterns = {ENGLISH: r"[Pp]ress ([A-Z]\w+)|\(([A-Z][a-z ]+)\)|; (\w+) settles", CHINESE: r"按“([^”]+)”"}
    found = [
        next(filter(None, match.groups()))
        for key in say.keys
        if not key.startswith("button.")
        for match in re.finditer(patterns[say.language], raw(say, key))
    ]
    assert len(found) >= 5
    assert set(found) <= labels


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en-US", "en"), ("en-GB", "en"), ("zh-CN", "zh-CN"), ("zh-TW", "zh-CN"), ("de", "en"), ("", "en")],
)
def test_a_locale_of_discords_is_answered_in_one_of_the_two_languages(locale: str, language: str) -> None:
    assert words(locale).language == language


def test_one_is_said_as_one_and_more_as_more() -> None:
    assert EN.count("round.takes", 1) == "1 take"
    assert EN.count("round.takes", 2) == "2 takes"
    assert ZH.count("round.takes", 1) == "1 个版本"


def _tree(error: type[errors.StoryroomError]) -> Iterator[type[errors.StoryroomError]]:
    yield error
    for each in error.__subclasses__():
        if each.__module__ == errors.__name__:
            yield from _tree(each)


def _sources() -> list[Path]:
    rooms = [BOT / name for name in ("chat", "documents", "story", "words")]
    return [path for folder in rooms for path in sorted(folder.rglob("*.py"))]


def _keys_in_code() -> Iterator[str]:
    """Every literal key handed to what speaks; of a key built from parts, what it begins with."""
    for path in _sources():
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            first = call.args[0]
            if name not in _SPEAKERS or not isinstance(first, ast.Constant):
                continue
            if isinstance(first.value, str) and first.value.strip():  # `count` is a method of texts too
                yield first.value


def _starts(say: Words) -> set[str]:
    parts = [key.split(".") for key in say.keys]
    return {".".join(each[:n]) + "." for each in parts for n in range(1, len(each))}


def _codes() -> set[str]:
    return {error.code for error in _tree(errors.StoryroomError)} | {
        code_of(each)
        for each in vars(refusals).values()
        if isinstance(each, type) and issubclass(each, refusals.Refusal)
    }


def _named(say: Words, text: str) -> Iterator[str]:
    """The commands that a text names, as keys of the catalogue; a name that no command has is an error."""
    known = _commands(say)
    for found in re.findall(r"(?<=/)[a-z\u4e00-\u9fff-]+(?: [a-z\u4e00-\u9fff]+)?", text):
        yield known.get(found) or known[found.partition(" ")[0]]


def _commands(say: Words) -> dict[str, str]:
    """The commands that can be typed, those of groups with both words, and the keys of their names."""
    names = {key: raw(say, key) for key in say.keys if re.fullmatch(r"command\.\w+(\.\w+)?\.name", key)}
    found = {}
    for key, name in names.items():
        _, command, *below, _ = key.split(".")
        found[f"{names[f'command.{command}.name']} {name}" if below else name] = key
    return found
