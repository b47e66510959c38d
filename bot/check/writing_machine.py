"""Whether the TGI servers can write for the rooms: there, the right model, limits that fit, a real token."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from urllib.parse import urlsplit

from bot.check.bounds import Bounds, within
from bot.check.limits import stop_sequences_wanted, window_findings
from bot.check.planned import Planned, compared, timed
from bot.check.report import Finding, missing, ok, warning
from bot.settings import Settings
from bot.story.licence import Licence, licence_of
from tgi.client import Budgets, Retry, TgiClient
from tgi.errors import ClientError, Overloaded, TimedOut, Unauthorized, Unreachable
from tgi.protocol import GenerateParameters, Info

_PROMPT = "Title: The Lighthouse\nSynopsis:"
_RESEARCH_ONLY = {Licence.OPT_175B: "OPT-175B's", Licence.OPT: "The OPT models'"}


async def findings(
    settings: Settings,
    bounds: Bounds,
    *,
    planned: Planned | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> list[Finding]:
    """Everything about each server, in the order of the setting. `clock`: seconds, monotonic.

    Where a server was planned, each must be that one.
    """
    if not settings.tgi_urls:
        return [missing("No TGI server is named. Put its address into STORYROOM_TGI_URLS.")]
    models: dict[str, str] = {}
    servers = await asyncio.gather(
        *(
            _one(url, settings, bounds, models=models, planned=planned, clock=clock)
            for url in settings.tgi_urls
        )
    )
    found = [finding for server in servers for finding in server]
    if len(set(models.values())) > 1:
        found.append(
            warning(
                "The servers serve different models: only those of one model are written with. "
                "Set STORYROOM_TGI_MODEL."
            )
        )
    return found


async def _one(
    url: str,
    settings: Settings,
    bounds: Bounds,
    *,
    models: dict[str, str],
    planned: Planned | None,
    clock: Callable[[], float],
) -> list[Finding]:
    where = _shown(url)
    try:
        client = _client(url, settings, bounds)
    except ValueError as error:
        return [missing(f"{where} cannot be asked: {error}. Mend STORYROOM_TGI_URLS or STORYROOM_TGI_TOKEN.")]
    async with client as tgi:
        try:
            info = await tgi.info()
        except ClientError as error:
            return [_away(where, error)]
        models[url] = info.model_id
        window, generation = await asyncio.gather(
            within(bounds.answer, f"{where}, asked to count tokens,", _window(where, tgi, info)),
            within(
                bounds.generation, f"{where}, asked for a token,", _generation(where, tgi, planned, clock)
            ),
        )
        plan = [] if planned is None else compared(where, info, planned)
        return [*_model(where, info, settings), *plan, *_limits(where, info, settings), *window, *generation]


def _client(url: str, settings: Settings, bounds: Bounds) -> TgiClient:
    budgets = Budgets(
        connect=bounds.answer,
        first_token=bounds.generation,
        idle=bounds.generation,
        total=bounds.generation,
        answer=bounds.answer,
    )
    token = settings.tgi_token.get_secret_value() if settings.tgi_token else None
    return TgiClient([url], token=token, budgets=budgets, retry=Retry(attempts=1), limit=1)


def _away(where: str, error: ClientError) -> Finding:
    match error:
        case Unreachable():
            return missing(f"{where} cannot be reached: {error.reason}. Is it running, and its model loaded?")
        case TimedOut():
            return missing(f"{where} did not answer within {error.seconds:g} s. Is its model loaded?")
        case Unauthorized():
            return _keyless(where)
    return missing(f"{where} does not answer as TGI does. Is STORYROOM_TGI_URLS right?")


def _keyless(where: str) -> Finding:
    return missing(f"{where} does not accept the API key. Put the right one into STORYROOM_TGI_TOKEN.")


def _model(where: str, info: Info, settings: Settings) -> list[Finding]:
    found = [ok(f"{where} answers: {info.router} {info.version} with the model {info.model_id}.")]
    wanted = settings.tgi_model
    if wanted is not None and info.model_id != wanted:
        found.append(
            missing(
                f"{where} serves {info.model_id}, and STORYROOM_TGI_MODEL wants {wanted}. "
                "Start the one, or change the other."
            )
        )
    if (whose := _RESEARCH_ONLY.get(licence_of(info.model_id))) is not None:
        found.append(
            warning(
                f"{whose} licence is for non-commercial research only, and so is everything that rooms "
                "write with it. For anything else serve another model."
            )
        )
    return found


def _limits(where: str, info: Info, settings: Settings) -> list[Finding]:
    found = []
    stops = stop_sequences_wanted()
    if info.max_stop_sequences < stops:
        found.append(
            warning(
                f"{where} allows {info.max_stop_sequences} stop sequences and a take needs {stops}: it "
                f"writes on past its end. Start it with --max-stop-sequences {max(4, stops)}."
            )
        )
    if info.max_concurrent_requests < settings.tgi_concurrency:
        found.append(
            warning(
                f"{where} takes {info.max_concurrent_requests} requests at once and is sent "
                f"{settings.tgi_concurrency}: the rest waits its turn. "
                "Lower STORYROOM_TGI_CONCURRENCY."
            )
        )
    return found


async def _window(where: str, tgi: TgiClient, info: Info) -> Sequence[Finding]:
    try:
        return await window_findings(where, info, tgi.tokenize)
    except Unauthorized:
        return []  # the generation says so
    except ClientError as error:
        return [missing(f"{where} cannot count tokens, which every prompt needs: {error}")]


async def _generation(
    where: str, tgi: TgiClient, planned: Planned | None, clock: Callable[[], float]
) -> Sequence[Finding]:
    began = clock()
    try:
        async with aclosing(tgi.stream(_PROMPT, GenerateParameters(max_new_tokens=1))) as events:
            async for _ in events:
                pass
    except Unauthorized:
        return [_keyless(where)]
    except Overloaded:
        return [warning(f"{where} is busy and generates nothing now. Check again in a moment.")]
    except ClientError as error:
        return [missing(f"{where} generates nothing: {error} Look into its log.")]
    took = clock() - began
    generated = ok(f"A token was generated in {took:.2f} s.")
    return [generated] if planned is None else [generated, timed(where, took, planned)]


def _shown(url: str) -> str:
    """The server without user name and password, which a URL may hold."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return "TGI"
    return f"TGI at {host}{port}{parts.path.rstrip('/')}" if host else "TGI"
