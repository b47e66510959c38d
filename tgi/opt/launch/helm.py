"""A server as values for the chart `deploy/helm/model`, which makes of them what `kubernetes` prints."""

from __future__ import annotations

from tgi.opt.launch.ray import head_script, worker_script
from tgi.opt.launch.server import Server
from tgi.opt.launch.text import indented, items, pairs, quoted

__all__ = ["helm_values"]

_VALUES = """\
# {model}, {where}. With the chart deploy/helm/model:
#   helm install model deploy/helm/model -f FILE
name: {name}
copies: {copies}
nodes: {nodes}
gpus: {gpus}
image: {image}
command: {command}
args:
{arguments}
env:
{environment}
port: {port}
weights: {folder}
fetch: false
token: {token}
"""

_FRONT = """\
front:
  image: {image}
  command: {command}
  args:
{arguments}
"""


def helm_values(server: Server, front: Server | None, folder: str) -> str:
    """The values as YAML; `front` stands before a server that is not TGI."""
    many = server.nodes > 1
    where = (
        f"each copy over {server.nodes} machines with {server.gpus} GPUs each"
        if many
        else (f"each copy on one machine with {server.gpus} GPUs")
    )
    values = _VALUES.format(
        model=server.model,
        where=where,
        name=server.name,
        copies=server.copies,
        nodes=server.nodes,
        gpus=server.gpus,
        image=server.image,
        command=items(("sh", "-c") if many else server.entry),
        arguments=indented(2, (head_script(server),) if many else server.arguments),
        environment=pairs(2, server.environment),
        port=server.port,
        folder=quoted(folder),
        token=quoted(server.token),
    )
    if many:
        values += f"join: {quoted(worker_script('$LWS_LEADER_ADDRESS'))}\n"
    if front is not None:
        values += _FRONT.format(
            image=front.image, command=items(front.entry), arguments=indented(4, front.arguments)
        )
    return values
