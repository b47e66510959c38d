"""Where Discord is. discord.py keeps its addresses on its classes: this changes them for the process."""

from __future__ import annotations

import discord.gateway
import discord.http
import yarl


def point_at(api: str, gateway: str) -> None:
    """Make discord.py speak to this REST address and this gateway; call it before logging in."""
    discord.http.Route.BASE = api.rstrip("/")
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
