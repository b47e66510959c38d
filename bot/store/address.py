"""Where Redis is: alone, behind Sentinels, or a cluster, told by the scheme of one address.

    redis://user:password@host:6379/0                                    alone; rediss:// over TLS
    unix:///run/redis.sock                                               alone, on this machine
    redis+sentinel://user:password@host:26379,host:26379/SERVICE/0?sentinel_password=…
    redis+cluster://user:password@host:6379,host:6379

rediss+sentinel:// and rediss+cluster:// are the same over TLS. What follows a question mark goes to redis-py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from redis.asyncio.connection import SSLConnection, parse_url

Topology: TypeAlias = Literal["alone", "sentinel", "cluster"]

_SCHEMES: Final[dict[str, tuple[Topology, str, int]]] = {
    "redis+sentinel": ("sentinel", "redis", 26379),
    "rediss+sentinel": ("sentinel", "rediss", 26379),
    "redis+cluster": ("cluster", "redis", 6379),
    "rediss+cluster": ("cluster", "rediss", 6379),
}
_NO_CHOICE: Final = ("read_from_replicas", "load_balancing_strategy")  # what was written must be read back


@dataclass(frozen=True)
class Address:
    """Where Redis is and how to log in there; `options` are redis-py's names."""

    topology: Topology
    nodes: tuple[tuple[str, int], ...] = ()  # of Sentinels, or of a cluster
    service: str = ""  # what the Sentinels call the primary
    options: dict[str, Any] = field(default_factory=dict, repr=False)
    sentinels: dict[str, Any] = field(default_factory=dict, repr=False)  # for logging in to the Sentinels


def address(url: str) -> Address:
    """What an address says.

    Raises:
        ValueError: it is none.

    """
    scheme, separator, rest = url.partition("://")
    if scheme not in _SCHEMES or not separator:
        return Address("alone", options={**parse_url(url)})
    topology, plain, port = _SCHEMES[scheme]
    before, _, query = rest.partition("?")
    authority, _, path = before.partition("/")
    login, at, hosts = authority.rpartition("@")
    nodes = tuple(_node(each, port) for each in hosts.split(","))
    service, _, database = unquote(path).strip("/").partition("/")
    if topology == "cluster" and (service, database) not in (("", ""), ("0", "")):
        raise ValueError("a cluster has no database but 0")
    if topology == "sentinel" and not service:
        raise ValueError("the name of the service is missing: redis+sentinel://HOST:PORT,HOST:PORT/SERVICE")
    if database and not database.isdecimal():
        raise ValueError("behind the name of the service stands the number of a database")
    options: dict[str, Any] = {**parse_url(f"{plain}://{login}{at}host/{database}?{query}")}
    del options["host"]
    if any(each in options for each in _NO_CHOICE):
        raise ValueError("what was written a moment ago must be read back: replicas are not read from")
    sentinels = {
        name: options.pop(f"sentinel_{name}")
        for name in ("username", "password")
        if f"sentinel_{name}" in options
    }
    if options.pop("connection_class", None) is SSLConnection:
        options["ssl"] = True
        tls = {name: value for name, value in options.items() if name.startswith("ssl")}
        sentinels |= tls if topology == "sentinel" else {}
    return Address(topology, nodes, service, options, sentinels)


def shown(url: str) -> str:
    """Where that is, without user name and password.

    Raises:
        ValueError: it is no address.

    """
    found = address(url)
    where = ", ".join(_shown(*node) for node in found.nodes)
    match found.topology:
        case "sentinel":
            return f"{found.service} behind the Sentinels {where}"
        case "cluster":
            return f"cluster {where}"
    if "path" in found.options:
        return str(found.options["path"])
    return _shown(found.options.get("host", "localhost"), found.options.get("port", 6379))


def _node(text: str, port: int) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError("a host is missing")
    return parts.hostname, parts.port or port


def _shown(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
