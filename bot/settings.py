"""Every setting of the bot, typed, read from the environment when the program starts and never before.

`docs/settings.md` describes each; a test fails where one is missing there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LAST_PORT: Final = 65_535


class Settings(BaseSettings):
    """The settings: `STORYROOM_REDIS_URL=…`, or a file of that name in `/run/secrets`, sets `redis_url`."""

    model_config = SettingsConfigDict(
        env_prefix="STORYROOM_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    discord_token: SecretStr = Field(default=SecretStr(""), description="The bot's token.")
    discord_api: str = Field(
        default="https://discord.com/api/v10",
        description="Discord's REST address; a local Discord's for trying.",
    )
    discord_gateway: str = Field(
        default="wss://gateway.discord.gg/", description="Discord's gateway; a local Discord's for trying."
    )
    discord_guild: int | None = Field(
        default=None, description="Sync commands to this server alone (seen at once), not to all."
    )
    shards: str = Field(
        default="1",
        description="How many shards the bot has; auto asks Discord.",
    )
    shard_ids: str = Field(
        default="all", description="Which of them this process has: all, leased, ordinal, or 0,2,8-15."
    )
    shard_lease_seconds: float = Field(
        default=2, ge=1, description="A gateway silent for this long has died, and others take its shards."
    )
    rest_rate: int = Field(
        default=50,
        ge=0,
        description="Requests a second that all processes share at Discord's REST; 0: something else counts.",
    )
    redis_url: str = Field(default="redis://127.0.0.1:6379/0", description="Where rooms are kept.")
    redis_prefix: str = Field(default="sr", description="What every key begins with.")
    room_days: int = Field(
        default=90,
        ge=1,
        description="Days after which a room nobody touched is forgotten; every change starts anew.",
    )
    redis_replicas: int = Field(
        default=0, ge=0, le=5, description="Replicas that must have a change before it is acknowledged."
    )
    archive: Path | None = Field(
        default=None, description="The folder of `storyroom archive`, in which older events are read again."
    )
    tgi_urls: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("http://127.0.0.1:8080",), description="The TGI server or servers, separated by commas."
    )
    tgi_token: SecretStr | None = Field(default=None, description="The TGI server's API key, if it has one.")
    tgi_model: str | None = Field(
        default=None,
        description="The model id that TGI must report; no other is written with.",
    )
    tgi_concurrency: int = Field(
        default=8, ge=1, description="Requests to TGI under way at once from this process."
    )
    tgi_batch_tokens: int | None = Field(
        default=None,
        ge=1,
        description="Tokens that one TGI server holds at once, as its --max-batch-total-tokens says.",
    )
    tgi_connect_seconds: float = Field(
        default=5, gt=0, description="How long a connection to a TGI server may take to stand."
    )
    tgi_probe_seconds: float = Field(
        default=20,
        gt=0,
        description="How long a TGI server that has failed may take to one token, to be asked again.",
    )
    tgi_hedge_share: float = Field(
        default=0,
        ge=0,
        le=0.5,
        description="The share of takes for which a second server may be asked when the first is late.",
    )
    first_token_seconds: float = Field(
        default=60, gt=0, description="How long TGI may take to its first token, its queue included."
    )
    idle_seconds: float = Field(default=20, gt=0, description="The longest gap between two tokens.")
    take_seconds: float = Field(default=300, gt=0, description="The longest a take may take in all.")
    worker: bool = Field(default=True, description="Write rounds in `storyroom run` too, beside answering.")
    worker_rounds: int = Field(default=3, ge=1, description="Rounds one worker writes at once.")
    lease_seconds: float = Field(
        default=30, ge=1, description="A worker silent for this long has died, and its round goes to another."
    )
    round_attempts: int = Field(
        default=3, ge=1, description="How often a round is tried before the room gets an apology."
    )
    log_level: str = Field(default="info", description="The least level that is logged.")
    log_json: bool = Field(default=True, description="Log lines as JSON; false for people.")
    watch_address: str | None = Field(
        default=None, description="Where /metrics, /livez and /readyz are answered, as host:port."
    )
    trace_address: str | None = Field(default=None, description="Where spans are sent, by OTLP over HTTP.")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must stand in no log: the tokens, and passwords in addresses."""
        given = (self.discord_token, self.tgi_token)
        passwords = (each for url in (self.redis_url, *self.tgi_urls) for each in passwords_in(url))
        return tuple(filter(None, (*(each.get_secret_value() for each in given if each), *passwords)))

    @field_validator("shards")
    @classmethod
    def _counts(cls, value: str) -> str:
        return _like(r"auto|[1-9]\d{0,4}", value, "is auto, or a number from 1 to 99999")

    @field_validator("redis_prefix")
    @classmethod
    def _begins_keys(cls, value: str) -> str:
        return _like(r"[A-Za-z0-9_-]{1,32}", value, "is 1 to 32 English letters, digits, - and _")

    @field_validator("log_level")
    @classmethod
    def _is_a_level(cls, value: str) -> str:
        return _like("debug|info|warning|error", value, "is debug, info, warning or error")

    @field_validator("discord_api", "trace_address")
    @classmethod
    def _is_of_http(cls, value: str | None) -> str | None:
        return value and _address(value, ("http", "https"))

    @field_validator("discord_gateway")
    @classmethod
    def _is_of_a_socket(cls, value: str) -> str:
        return _address(value, ("ws", "wss"))

    @field_validator("watch_address")
    @classmethod
    def _can_be_listened_at(cls, value: str | None) -> str | None:
        host, colon, port = (value or "").rpartition(":")
        if value and not (host and colon and port.isdecimal() and int(port) <= LAST_PORT):
            raise ValueError("is host:port, as in 127.0.0.1:9464")
        return value

    @field_validator("archive", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None

    @field_validator("tgi_urls", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value


def _like(pattern: str, value: str, what: str) -> str:
    if not re.fullmatch(pattern, value, re.ASCII):
        raise ValueError(what)
    return value


def _address(value: str, schemes: tuple[str, str]) -> str:
    what = f"is an address that begins with {schemes[0]}:// or {schemes[1]}://"
    try:
        parts = urlsplit(value)
        good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is none, or the brackets of IPv6 do not fit
        good = False
    if not good:
        raise ValueError(what)
    return value


def passwords_in(url: str) -> tuple[str, ...]:
    """The passwords that an address has, as they stand there and as they are: its own, and its Sentinels'."""
    before, _, query = url.partition("://")[2].partition("?")
    login = before.partition("/")[0].rpartition("@")[0]
    own = login.partition(":")[2]
    of_sentinels = parse_qs(query).get("sentinel_password", [])
    return tuple(filter(None, dict.fromkeys((own, unquote(own), *of_sentinels))))


def load_settings(secrets: Path = Path("/run/secrets")) -> Settings:
    """The settings from the environment, `.env`, and secrets mounted as files.

    Raises:
        pydantic.ValidationError: a value is not what its setting takes.

    """
    return Settings(_secrets_dir=secrets if secrets.is_dir() else None)
