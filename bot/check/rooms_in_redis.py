"""Whether rooms are safe in this Redis: there, new enough, writable, persistent, never evicting."""

from __future__ import annotations

from bot.check.bounds import Bounds, within
from bot.check.growth import archive_of, layout_of
from bot.check.report import Finding, missing, ok, warning
from bot.errors import StoryroomError
from bot.settings import Settings
from bot.store.address import shown
from bot.store.diagnosis import RedisState, Refused, read_redis

FLOOR = (7, 0)

_REFUSED: dict[Refused, str] = {
    "replica": "it is a read-only replica. Name the primary in STORYROOM_REDIS_URL.",
    "full": "its memory is full. Raise maxmemory.",
    "disk": "it cannot save to its disk (MISCONF). Free space there and look into its log.",
    "forbidden": "this user may not run scripts, or not write these keys. Give it +@all on ~PREFIX:*.",
    "cluster": "it is part of a cluster. Write redis+cluster:// for redis:// in STORYROOM_REDIS_URL.",
    "other": "it refuses scripts that write. Look into its log.",
}


async def findings(settings: Settings, bounds: Bounds) -> list[Finding]:
    """Everything about Redis."""
    return await within(bounds.answer, _shown(settings.redis_url), _findings(settings))


async def _findings(settings: Settings) -> list[Finding]:
    where = _shown(settings.redis_url)
    try:
        state = await read_redis(settings.redis_url, settings.redis_prefix)
    except StoryroomError as error:
        return [_unusable(where, error, tls=settings.redis_url.startswith("rediss"))]
    found = [
        _version(where, state),
        _writable(where, state, settings.redis_prefix),
        _persistence(state),
        _eviction(state),
        *layout_of(state.layout, settings.redis_replicas),
        archive_of(settings.archive),
        _waiting(state),
    ]
    return [each for each in found if each is not None]


def _unusable(where: str, error: StoryroomError, *, tls: bool) -> Finding:
    if "STORYROOM_" in str(error):
        return missing(f"{str(error).removesuffix('.')}.")
    hint = " rediss:// is TLS: does that port speak it? If not, write redis://." if tls else ""
    return missing(f"{where} {error}. Is STORYROOM_REDIS_URL right, and is Redis running?{hint}")


def _version(where: str, state: RedisState) -> Finding:
    if state.version is None:
        return warning(
            f"{where} answers, but this user may not ask INFO: version, persistence and eviction are "
            "unknown. Needed are Redis 7.0 or newer, the append-only file, and the policy noeviction."
        )
    floor = ".".join(str(each) for each in FLOOR)
    if _numbers(state.version) < FLOOR:
        return missing(
            f"{where} is {state.server} {state.version}, which is too old. Update it to {floor} or newer."
        )
    name = "Redis" if state.server == "Redis" else f"{state.server}, which speaks as Redis"
    return ok(f"{where} answers: {name} {state.version}.")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())


def _writable(where: str, state: RedisState, prefix: str) -> Finding:
    if state.refused is None:
        return ok("Rooms can be written.")
    reason = _REFUSED[state.refused].replace("PREFIX", prefix)
    return missing(f"Rooms cannot be written to {where}: {reason}")


def _persistence(state: RedisState) -> Finding | None:
    if state.append_only is None:
        return None  # said with the version
    if state.append_only and state.append_only_works is False:
        return missing("The append-only file cannot be written: rooms are about to be lost. Free its disk.")
    if state.append_only:
        return ok("Rooms outlive a restart: the append-only file is on.")
    cure = "Set appendonly yes."
    match state.snapshots:
        case True:
            return warning(
                "The append-only file is off and there are snapshots alone: a crash loses the last minutes. "
                + cure
            )
        case False:
            return missing(f"Nothing is persistent: a restart of Redis loses every room. {cure}")
    return warning(
        "The append-only file is off. Whether snapshots are made is unknown, because CONFIG is forbidden "
        "here: a restart may lose rooms. " + cure
    )


def _eviction(state: RedisState) -> Finding | None:
    if state.policy is None:
        return None  # said with the version
    if state.policy == "noeviction":
        return ok("Nothing is evicted: the policy is noeviction.")
    cure = "Set maxmemory-policy noeviction."
    if state.memory_limit:
        return missing(f"When its memory is full, Redis throws rooms away (policy {state.policy}). {cure}")
    return warning(f"The policy is {state.policy}: with a maxmemory, Redis would throw rooms away. {cure}")


def _waiting(state: RedisState) -> Finding:
    match state.waiting:
        case None:
            return warning("This user may not read the queue of rounds.")
        case 0:
            return ok("No round waits in the queue.")
        case 1:
            return ok("1 round waits in the queue.")
    return ok(f"{state.waiting} rounds wait in the queue.")


def _shown(url: str) -> str:
    try:
        return f"Redis at {shown(url)}"
    except ValueError:
        return "Redis"
