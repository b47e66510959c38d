"""A server for Compose on one machine: TGI alone, or vLLM with this project's server before it."""

from __future__ import annotations

from tgi.opt.launch.server import PORT, Server
from tgi.opt.launch.text import indented, items, pairs, quoted, shell

__all__ = ["FRONT_LOCKS", "GPUS", "compose_file"]

_HEAD = """\
# {model} on one machine with {gpus} GPUs. Docker Engine 25, Compose 2.20.2, the NVIDIA Container Toolkit.
# People reach it on http://127.0.0.1:{port}; the bot, as http://model:{port} from a container beside it.
services:
"""

# These images keep their Python in /root and compile kernels when they start: root, and a writable root.
GPUS = """\
    restart: unless-stopped
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    volumes:
      - type: bind
        source: {folder}
        target: {folder}
        read_only: true
        bind:
          create_host_path: false
    shm_size: 16gb
    ulimits:
      memlock: -1
      stack: 67108864
    deploy:
      resources:
        reservations:
          devices:
            - driver: nvidia
              count: {gpus}
              capabilities: [gpu]
"""

# One real token, and an hour for 350 GB from a slow disk before a failure counts.
_STARTED = """\
    healthcheck:
      test: ["CMD-SHELL", {token}]
      interval: 30s
      timeout: 50s
      retries: 4
      start_period: 60m
      start_interval: 10s
    stop_grace_period: 100s
"""

FRONT_LOCKS = """\
    restart: unless-stopped
    user: "10001:10001"
    read_only: true
    tmpfs: ["/tmp:size=64m,mode=1777"]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    depends_on:
      vllm: {condition: service_healthy}
    healthcheck: # its /health is one token of the model
      test: ["CMD", "python", "/opt/storyroom/healthy.py", "http://127.0.0.1:8080/health"]
      interval: 30s
      timeout: 15s
      retries: 4
      start_period: 60s
      start_interval: 2s
    stop_grace_period: 100s
"""


def compose_file(server: Server, front: Server | None, folder: str) -> str:
    """The Compose file of a server on one machine; `front` stands before one that is not TGI."""
    head = _HEAD.format(model=server.model, gpus=server.gpus, port=PORT)
    if front is None:
        return head + gpu_service("model", server, folder, "    " + _ports())
    return head + gpu_service("vllm", server, folder, "") + _front(front)


def gpu_service(name: str, server: Server, folder: str, rest: str) -> str:
    """A service that has the machine's GPUs, with a health check of one token; `rest`: more lines."""
    entry = f"    entrypoint: {items(map(shell, server.entry))}\n" if server.entry else ""
    return (
        f"  {name}:\n    image: {server.image}\n{entry}"
        f"    command:\n{indented(6, map(shell, server.arguments))}\n"
        f"    environment:\n{pairs(6, server.environment)}\n"
        + GPUS.format(folder=quoted(shell(folder)), gpus=server.gpus)
        + _STARTED.format(token=quoted(shell(server.token)))
        + rest
    )


def _front(front: Server) -> str:
    return (
        f"  model:\n    image: {front.image}\n    entrypoint: {items(front.entry)}\n"
        f"    command:\n{indented(6, front.arguments)}\n" + FRONT_LOCKS + "    " + _ports()
    )


def _ports() -> str:
    return f'ports: ["127.0.0.1:{PORT}:{PORT}"]\n'
