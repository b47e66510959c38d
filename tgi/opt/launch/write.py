"""Which server, and in which form: from a plan to the text that starts it."""

from __future__ import annotations

from tgi.opt.errors import OptError
from tgi.opt.launch.compose import compose_file
from tgi.opt.launch.kubernetes import kubernetes_manifest
from tgi.opt.launch.server import Server, tgi_server, vllm_server
from tgi.opt.plan import Plan

__all__ = ["write_launch"]


def write_launch(plan: Plan, launch: str, folder: str) -> str:
    """The text for `launch` ("tgi-compose", "vllm-kubernetes", …). Raises OptError where it cannot be."""
    name, form = launch.split("-")
    choice = plan.chosen
    if choice is None:
        raise OptError("The model does not fit these GPUs, so there is nothing to start.")
    server = (tgi_server if name == "tgi" else vllm_server)(plan, choice, folder)
    if form == "compose":
        return compose_file(server, folder)
    return kubernetes_manifest(server, folder) if form == "kubernetes" else _command(server)


def _command(server: Server) -> str:
    if server.nodes == 1:
        return server.command + "\n"
    return (
        f"# On the first of {server.nodes} machines:  ray start --head --port=6379\n"
        "# On each of the others:  ray start --address=FIRST:6379\n"
        f"# Then, on the first:\n{server.command}\n"
    )
