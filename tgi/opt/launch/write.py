"""Which server, and in which form: from a plan to the text that starts it."""

from __future__ import annotations

from tgi.opt.errors import OptError
from tgi.opt.launch.compose import compose_file
from tgi.opt.launch.compose_ray import compose_ray_file
from tgi.opt.launch.helm import helm_values
from tgi.opt.launch.kubernetes import kubernetes_manifest
from tgi.opt.launch.server import VLLM_PORT, Server, front_server, tgi_server, vllm_server
from tgi.opt.plan import Choice, Plan

__all__ = ["write_launch"]

_HERE = f"http://127.0.0.1:{VLLM_PORT}"


def write_launch(plan: Plan, launch: str, folder: str) -> str:
    """The text for `launch` ("tgi-compose", "vllm-kubernetes", …). Raises OptError where it cannot be."""
    name, form = launch.split("-")
    choice = plan.chosen
    if choice is None:
        raise OptError("The model does not fit these GPUs, so there is nothing to start.")
    return _tgi(plan, choice, form, folder) if name == "tgi" else _vllm(plan, choice, form, folder)


def _tgi(plan: Plan, choice: Choice, form: str, folder: str) -> str:
    server = tgi_server(plan, choice, folder)
    if form == "compose":
        return compose_file(server, None, folder)
    if form == "helm":
        return helm_values(server, None, folder)
    if form == "kubernetes":
        return kubernetes_manifest(server, None, folder)
    return f"{_where(server)}{server.command}\n"


def _vllm(plan: Plan, choice: Choice, form: str, folder: str) -> str:
    server, front = vllm_server(plan, choice, folder), front_server(plan, choice, _HERE)
    if form == "kubernetes":
        return kubernetes_manifest(server, front, folder)
    if form == "helm":
        return helm_values(server, front, folder)
    if form == "command":
        return _commands(server, front)
    if server.nodes > 1:
        return compose_ray_file(server, front, folder)
    server = vllm_server(plan, choice, folder, host="0.0.0.0")  # noqa: S104 - on a network of containers
    return compose_file(server, front_server(plan, choice, f"http://vllm:{VLLM_PORT}"), folder)


def _where(server: Server) -> str:
    return f"# On each of the {server.copies} machines:\n" if server.copies > 1 else ""


def _commands(server: Server, front: Server) -> str:
    first = _where(server)
    if server.nodes > 1:
        first = (
            f"# On the first of {server.nodes} machines:  ray start --head --port=6379\n"
            "# On each of the others:  ray start --address=FIRST:6379\n"
            "# Then, on the first:\n"
        )
    return (
        f"{first}{server.command}\n# Before it, for TGI's protocol, which the bot speaks:\n{front.command}\n"
    )
