from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.reading import ROOT


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "deploy" / program), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def gone() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait(30)
    return process.pid


@pytest.mark.parametrize("text", ["{pid}", '{{"pid": {pid}}}', '{{"port": 8080, "pid": {pid}}}\n'])
def test_a_program_that_runs_is_ready(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ready"
    path.write_text(text.format(pid=os.getpid()), encoding="utf-8")
    assert run("ready.py", str(path)).returncode == 0


def test_a_program_that_has_not_written_its_file_is_not_ready(tmp_path: Path) -> None:
    found = run("ready.py", str(tmp_path / "ready"))
    assert found.returncode == 1
    assert "not ready yet" in found.stderr


def test_a_program_that_ended_is_not_ready(tmp_path: Path) -> None:
    path = tmp_path / "ready"
    path.write_text(f'{{"pid": {gone()}}}', encoding="utf-8")
    found = run("ready.py", str(path))
    assert found.returncode == 1
    assert "is gone" in found.stderr


@pytest.mark.parametrize("text", ["", "half of it {", "{}", '{"pid": "1"}', "-1", "0", "[1]"])
def test_a_ready_file_that_names_no_process_is_not_ready(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ready"
    path.write_text(text, encoding="utf-8")
    found = run("ready.py", str(path))
    assert found.returncode == 1
    assert found.stderr.startswith(str(path))
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(("status", "code"), [(200, 0), (204, 1), (503, 1)])
def test_a_server_is_healthy_when_it_answers_200(status: int, code: int) -> None:
    with answering(status) as url:
        found = run("healthy.py", url)
    assert found.returncode == code
    assert (str(status) in found.stderr) is (code == 1)


def test_a_server_that_is_away_is_not_healthy() -> None:
    with answering(200) as url:
        pass
    found = run("healthy.py", url)
    assert found.returncode == 1
    assert "does not answer" in found.stderr


def test_a_health_check_opens_nothing_but_http() -> None:
    found = run("healthy.py", f"file://{ROOT}/pyproject.toml")
    assert found.returncode == 1
    assert "not an http:// address" in found.stderr


@pytest.mark.parametrize("program", ["ready.py", "healthy.py"])
def test_a_health_check_without_its_argument_says_how_it_is_used(program: str) -> None:
    found = run(program)
    assert found.returncode == 1
    assert found.stderr.startswith(f"usage: {program}")


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
