"""`docs/settings.md` and the settings say the same; and where settings come from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticUndefined

from bot.commands.carrying_out import settings_for
from bot.settings import Settings, load_settings
from tgi.weights import cache_folder

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `(STORYROOM_\w+)` \| (?:`([^`]+)`)? ?\| (.+) \| (.+) \|$", re.MULTILINE)
OF_THE_SMALL_MODEL = "STORYROOM_CACHE"

FIELDS = {f"STORYROOM_{name.upper()}": name for name in Settings.model_fields}


@pytest.fixture(autouse=True)
def nothing_from_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in FIELDS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def rows() -> dict[str, tuple[str, str, str]]:
    """Default, meaning and reason to change, by setting."""
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    documented = {name: (default, meaning, when) for name, default, meaning, when in found}
    assert len(documented) == len(found), "a setting is documented twice"
    return documented


def test_every_setting_has_a_row_and_nothing_else_has() -> None:
    assert set(rows()) == {*FIELDS, OF_THE_SMALL_MODEL}


def test_every_variable_that_the_page_names_exists() -> None:
    named = set(re.findall(r"STORYROOM_[A-Z_]+", PAGE.read_text(encoding="utf-8")))
    assert named == {*FIELDS, OF_THE_SMALL_MODEL}


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_setting_is_documented_with_its_default_a_meaning_and_a_reason(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    default, meaning, when = rows()[name]
    field = Settings.model_fields[FIELDS[name]]
    assert field.default is not PydanticUndefined
    assert field.description
    assert len(meaning) > 15
    assert len(when) > 5
    if default:
        monkeypatch.setenv(name, default)
        assert getattr(Settings(), FIELDS[name]) == field.default
    else:
        assert field.default in (None, SecretStr(""))


def test_the_page_says_which_values_the_log_level_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    for level in re.findall(r"`(\w+)`", rows()["STORYROOM_LOG_LEVEL"][1]):
        monkeypatch.setenv("STORYROOM_LOG_LEVEL", level)
        assert Settings().log_level == level


def test_the_weights_go_where_the_page_says() -> None:
    assert cache_folder({OF_THE_SMALL_MODEL: "/weights"}) == Path("/weights")
    assert cache_folder({"XDG_CACHE_HOME": "/cache"}) == Path("/cache/storyroom/weights")
    assert cache_folder({}) == Path("~/.cache/storyroom/weights").expanduser()


def test_the_environment_comes_before_the_file_and_that_before_the_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in ("redis_prefix", "room_days", "log_level"):
        (secrets / f"STORYROOM_{name.upper()}").write_text({"log_level": "error"}.get(name, "3") + "\n")
    (tmp_path / ".env").write_text("STORYROOM_ROOM_DAYS=2\nSTORYROOM_REDIS_PREFIX=2\n", encoding="utf-8")
    monkeypatch.setenv("STORYROOM_REDIS_PREFIX", "1")
    settings = load_settings(secrets)
    assert (settings.redis_prefix, settings.room_days, settings.log_level) == ("1", 2, "error")


def test_without_a_folder_of_secrets_there_are_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none") == Settings()


def test_several_servers_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYROOM_TGI_URLS", " http://one:8080, http://two:8080 ,")
    assert Settings().tgi_urls == ("http://one:8080", "http://two:8080")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STORYROOM_ROOM_DAYS", "0"),
        ("STORYROOM_ROOM_DAYS", "many"),
        ("STORYROOM_REDIS_PREFIX", "a b"),
        ("STORYROOM_REDIS_PREFIX", "x" * 33),
        ("STORYROOM_TGI_CONCURRENCY", "0"),
        ("STORYROOM_TGI_CONNECT_SECONDS", "0"),
        ("STORYROOM_TGI_PROBE_SECONDS", "-1"),
        ("STORYROOM_TGI_HEDGE_SHARE", "0.6"),
        ("STORYROOM_IDLE_SECONDS", "0"),
        ("STORYROOM_LEASE_SECONDS", "0.5"),
        ("STORYROOM_LOG_LEVEL", "loud"),
        ("STORYROOM_WORKER", "perhaps"),
        ("STORYROOM_DISCORD_GUILD", "Story Rooms"),
    ],
)
def test_what_a_setting_does_not_take_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert [error["loc"][0] for error in refused.value.errors()] == [FIELDS[name]]


@pytest.mark.parametrize(
    ("name", "value", "takes"),
    [
        ("STORYROOM_TRACE_ADDRESS", "foo", "is an address that begins with http:// or https://"),
        ("STORYROOM_DISCORD_API", "foo", "is an address that begins with http:// or https://"),
        ("STORYROOM_DISCORD_GATEWAY", "wss://host:port", "is an address that begins with ws:// or wss://"),
        ("STORYROOM_WATCH_ADDRESS", "foo", "is host:port, as in 127.0.0.1:9464"),
        ("STORYROOM_WATCH_ADDRESS", "127.0.0.1:70000", "is host:port, as in 127.0.0.1:9464"),
        ("STORYROOM_SHARDS", "0", "is auto, or a number from 1 to 99999"),
        ("STORYROOM_REDIS_PREFIX", "a b", "is 1 to 32 English letters, digits, - and _"),
        ("STORYROOM_LOG_LEVEL", "loud", "is debug, info, warning or error"),
        ("STORYROOM_WORKER", "perhaps", "is true or false"),
        ("STORYROOM_ROOM_DAYS", "many", "is a whole number"),
        ("STORYROOM_IDLE_SECONDS", "0", "is greater than 0"),
    ],
)
def test_what_a_setting_takes_is_said_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, takes: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(typer.Exit) as ended:
        settings_for()
    assert ended.value.exit_code == 78
    assert capsys.readouterr().err == f"These settings cannot be used: {name} {takes}.\n"


def test_secrets_are_in_no_text_of_the_settings() -> None:
    settings = Settings(discord_token=SecretStr("oats"), tgi_token=SecretStr("barley"))
    assert not any(secret in f"{settings!r}{settings}" for secret in ("oats", "barley"))
