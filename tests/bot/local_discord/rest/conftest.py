from __future__ import annotations

import pytest

from bot.local_discord.parts import Options


@pytest.fixture
def options() -> Options:
    """Rate limits are tested elsewhere."""
    return Options(identify_interval=0.0, rate_limits=False)
