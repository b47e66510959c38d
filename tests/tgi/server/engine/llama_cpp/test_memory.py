"""The server's memory over some hundred requests, half of whose callers go away midway."""

from __future__ import annotations

import pytest

from tests.bench.tgi_memory import held_after
from tests.tgi.server.conftest import needs_model

pytestmark = [*needs_model, pytest.mark.timeout(300)]


async def test_memory_is_flat_while_callers_come_and_go() -> None:
    (_, after_first), (_, after_last) = (await held_after((100, 500)))[1:]
    assert after_last - after_first < 4  # MiB; 10 kB lost by each would be that much
