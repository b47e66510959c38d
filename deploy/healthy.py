# ruff: noqa: INP001 - a program that is copied into an image alone, of no package
"""Whether a TGI server, or the bot, says that it is well: exit code 0 when it answers 200, else 1.

A sentence on standard error says what is wrong. A container's health check where the image has no curl;
standard library alone, no proxy.
"""

from __future__ import annotations

import sys
import urllib.error
import urllib.request

_SECONDS = 8.0


def trouble(url: str, seconds: float = _SECONDS) -> str | None:
    """What is wrong, or None when `url` answers 200 within `seconds`."""
    if not url.startswith("http://"):
        return f"{url} is not an http:// address"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=seconds) as reply:
            status = reply.status
    except urllib.error.HTTPError as error:
        return f"{url} answers {error.code}"
    except OSError as error:
        return f"{url} does not answer: {error}"
    return None if status == 200 else f"{url} answers {status}"  # noqa: PLR2004 - HTTP's OK


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the name, and the one argument
        sys.exit("usage: healthy.py URL")
    sys.exit(trouble(sys.argv[1]))
