"""A server as a Compose file, for one machine."""

from __future__ import annotations

from tgi.opt.errors import OptError
from tgi.opt.launch.server import PORT, Server
from tgi.opt.launch.text import indented, items, pairs, quoted

__all__ = ["compose_file"]

# /health of TGI and of vLLM answer once the weights are read; an hour for 350 GB from a slow disk.
_FORM = """\
# {model} on one machine with {gpus} GPUs. Compose 2.20.2, the NVIDIA Container Toolkit.
services:
  model:
    image: {image}
    restart: unless-stopped
    entrypoint: {entrypoint}
    command:
{arguments}
    environment:
{environment}
    volumes:
      - type: bind
        source: {folder}
        target: {folder}
        read_only: true
        bind:
          create_host_path: false
    ports: ["127.0.0.1:{port}:{port}"]
    shm_size: 16gb
    ulimits:
      memlock: -1
      stack: 67108864
    healthcheck:
      test: ["CMD", "curl", "--fail", "--silent", "--max-time", "10", "http://127.0.0.1:{port}/health"]
      interval: 30s
      timeout: 15s
      retries: 4
      start_period: 60m
      start_interval: 10s
    stop_grace_period: 100s
    deploy:
      resources:
        reservations:
          devices:
            - driver: nvidia
              count: {gpus}
              capabilities: [gpu]
"""


def compose_file(server: Server, folder: str) -> str:
    """The Compose file. Raises OptError where one copy needs several machines."""
    if server.nodes > 1:
        raise OptError(f"One copy needs {server.nodes} machines, which Compose cannot join. Use kubernetes.")
    return _FORM.format(
        model=server.model,
        gpus=server.gpus,
        image=server.image,
        entrypoint=items(server.program),
        arguments=indented(6, server.arguments),
        environment=pairs(6, server.environment),
        folder=quoted(folder),
        port=PORT,
    )
