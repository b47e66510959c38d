"""The Lua that runs inside Redis. Each file's head is its contract; this finds the files and runs them."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

Answer = TypeVar("Answer")


@cache
def source(name: str) -> str:
    """The text of a script."""
    return files(__name__).joinpath(f"{name}.lua").read_text(encoding="utf-8")


class Script:
    """Some of the files, one after the other, run by their digest, or whole where Redis does not know it.

    redis-py's own `register_script` loads a script on every primary of a cluster before it runs it on one,
    so that with one of them down nobody's would run.
    """

    def __init__(self, redis: Redis, *names: str) -> None:
        self._redis = redis
        self.text = "".join(source(name) for name in names)
        self._digest = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, *, keys: Sequence[str], args: Sequence[Any]) -> Any:  # noqa: ANN401 - what scripts answer
        """What the script answers; all its keys share a slot."""
        return await known_or_whole(
            lambda whole: self.sent_to(self._redis, keys=keys, args=args, whole=whole)
        )

    def sent_to(self, redis: Redis, *, keys: Sequence[str], args: Sequence[Any], whole: bool) -> Any:  # noqa: ANN401 - what scripts answer
        """A run of it, sent to a client or put into a pipeline; `whole` as `known_or_whole` says."""
        # Not `evalsha`: redis-py has none for a cluster's pipeline, which takes the command all the same.
        script = ("EVAL", self.text) if whole else ("EVALSHA", self._digest)
        run: Callable[..., Any] = redis.execute_command
        return run(*script, len(keys), *keys, *args)


async def known_or_whole(send: Callable[[bool], Awaitable[Answer]]) -> Answer:
    """What is answered to scripts sent by their digests, or, where Redis does not know one, sent whole.

    `send` is told whether to send them whole. What else is in its pipeline may be carried out twice.
    """
    try:
        return await send(False)  # noqa: FBT003 - a callback's only argument
    except NoScriptError:
        return await send(True)  # noqa: FBT003 - as above
