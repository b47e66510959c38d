"""The Lua that runs inside Redis. Each file's head is its contract; this finds the files and runs them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError


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
        try:
            answer: Any = await self._redis.evalsha(self._digest, len(keys), *keys, *args)
        except NoScriptError:
            answer = await self._redis.eval(self.text, len(keys), *keys, *args)
        return answer
