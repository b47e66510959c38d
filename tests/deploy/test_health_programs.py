from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.deploy.reading import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "deploy/healthy.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.parametrize(("status", "code"), [(200, 0), (204, 1), (503, 1)])
def test_a_server_is_healthy_when_it_answers_200(status: int, code: int) -> None:
    with answering(status) as url:
        found = run(url)
    assert found.returncode == code
    assert (str(status) in found.stderr) is (code == 1)


def test_a_server_that_is_away_is_not_healthy() -> None:
    with answering(200) as url:
        pass
    found = run(url)
    assert found.returncode == 1
    assert "does not answer" in found.stderr


def test_a_health_check_opens_nothing_but_http() -> None:
    found = run(f"file://{ROOT}/pyproject.toml")
    assert found.returncode == 1
    assert "not an http:// address" in found.stderr


def test_a_health_check_without_its_argument_says_how_it_is_used() -> None:
    found = run()
    assert found.returncode == 1
    assert found.stderr.startswith("usage: healthy.py")


@contextmanager
def answering(status: int) -> Iterator[str]:
    """A server on a free port that gives every GET this status."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="health")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/health"
        finally:
            server.shutdown()
            thread.join()
