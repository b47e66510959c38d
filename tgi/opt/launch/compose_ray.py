"""VLLM on Ray over several machines for Compose: one file, a profile for the first and one for the others.

Ray's nodes reach each other by the addresses they have, on many ports: they are on their machine's network.
"""

from __future__ import annotations

import shlex
from dataclasses import replace

from tgi.opt.launch.compose import FRONT_LOCKS, GPUS, gpu_service
from tgi.opt.launch.ray import head_script, worker_script
from tgi.opt.launch.server import PORT, Server
from tgi.opt.launch.text import pairs, quoted, shell

__all__ = ["compose_ray_file"]

_HEAD = """\
# {model}: one copy over {nodes} machines with {gpus} GPUs each, on vLLM with Ray. This file is on each of
# them, and the weights, in the same folder. On the first:
#   HEAD_IP=10.0.0.1 HOST_IP=10.0.0.1 docker compose -f FILE --profile head up -d
# on each of the others, HOST_IP being its own address:
#   HEAD_IP=10.0.0.1 HOST_IP=10.0.0.2 docker compose -f FILE --profile worker up -d
# Ray asks nobody for a password: these addresses must be on a network that nobody else is on. The bot asks
# http://HEAD_IP:{port}, with the key in TGI_TOKEN_FILE.
"""

_WORKER = """\
  ray:
    image: {image}
    entrypoint: ["sh", "-c"]
    command: [{script}]
    environment:
{environment}
{gpus}    healthcheck:
      test: ["CMD", "ray", "status", "--address", "${{HEAD_IP:?the address of the first machine}}:6379"]
      interval: 30s
      timeout: 15s
      retries: 4
      start_period: 60m
      start_interval: 10s
    stop_grace_period: 30s
    profiles: [worker]
    network_mode: host
"""

_FRONT = """\
  model:
    image: {image}
    entrypoint: ["sh", "-c"]
    command: [{script}]
{locks}    profiles: [head]
    network_mode: host
    secrets: [tgi_token]

secrets:
  tgi_token:
    file: ${{TGI_TOKEN_FILE:-./secrets/tgi_token}}
"""


def compose_ray_file(server: Server, front: Server, folder: str) -> str:
    """The Compose file of a server over several machines."""
    environment = server.environment | {"VLLM_HOST_IP": "${HOST_IP:?the address of this machine}"}
    first = "${HEAD_IP:?the address of the first machine}"
    head = replace(server, entry=("sh", "-c"), arguments=(head_script(server),), environment=environment)
    key = "API_KEY=$(cat /run/secrets/tgi_token) && export API_KEY"
    serve = f"{key} && exec {shlex.join((*front.program, *front.arguments))}"
    return (
        _HEAD.format(model=server.model, nodes=server.nodes, gpus=server.gpus, port=PORT)
        + "services:\n"
        + gpu_service("vllm", head, folder, "    profiles: [head]\n    network_mode: host\n")
        + _WORKER.format(
            image=server.image,
            script=quoted(shell(worker_script("$RAY_HEAD"))),
            environment=pairs(6, environment | {"RAY_HEAD": first}),
            gpus=GPUS.format(folder=quoted(shell(folder)), gpus=server.gpus),
        )
        + _FRONT.format(image=front.image, script=quoted(shell(serve)), locks=FRONT_LOCKS)
    )
