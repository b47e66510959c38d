"""Where the files under test lie, and how a Dockerfile and an interpolated value are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCHEMA = Path(__file__).with_name("compose-spec.json")
LAUNCHER_OPTIONS = Path(__file__).with_name("tgi-launcher-options.txt")

COMPOSE_FILES = ("docker-compose.yml", "deploy/tgi-token.yml", "deploy/archive.yml", "deploy/vllm-ray.yml")


@dataclass(frozen=True)
class Instruction:
    """One instruction of a Dockerfile, its continued lines joined, and the stage that it is in."""

    stage: str
    name: str
    rest: str


def instructions(path: Path) -> list[Instruction]:
    """A Dockerfile's instructions in order; those before the first FROM are in the stage ''."""
    kept = [
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")
    ]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(kept))
    found = []
    stage = ""
    for line in filter(None, (line.strip() for line in joined.splitlines())):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            stage = rest.rpartition(" AS ")[2]
        found.append(Instruction(stage, name, rest.strip()))
    return found


def default_of(value: str) -> str:
    """What Compose makes of `${NAME:-default}` where NAME is not set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def names_in(text: str) -> set[str]:
    """Every settings' variable that a text names."""
    return set(re.findall(r"\bSTORYROOM_[A-Z0-9_]*[A-Z0-9]\b", text))
