"""Failures of talking to Discord as an operator, each as one sentence that says what to look at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from bot.errors import SetupError

_INVALID_TOKEN = 4004  # a close code of the gateway


@contextmanager
def asking() -> Iterator[None]:
    """Turn discord.py's failures into SetupError.

    Raises:
        SetupError: Discord refuses, or cannot be reached or asked.

    """
    try:
        yield
    except discord.LoginFailure:
        raise SetupError(
            "Discord does not know this bot token. Copy it afresh from the application's Bot page."
        ) from None
    except discord.HTTPException as error:
        said = error.text[:200] or error.response.reason
        raise SetupError(f"Discord answers {error.status}: {said}.") from error
    except discord.ConnectionClosed as error:
        raise SetupError(_closed(error.code)) from error
    except (aiohttp.ClientError, OSError) as error:
        raise SetupError("Discord cannot be reached. Is the network up?") from error
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        # A token with characters that no header takes; an answer of another shape than Discord's.
        raise SetupError("Discord cannot be asked. Is the token whole, and the address Discord's?") from error


def _closed(code: int) -> str:
    if code == _INVALID_TOKEN:
        return "Discord no longer knows this bot token. Copy it afresh from the application's Bot page."
    return f"Discord closed the gateway for good, with code {code}."
