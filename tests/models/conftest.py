"""Tests that need PyTorch: collected where it is installed (`make test-models`), and nowhere else."""

from __future__ import annotations

import os
from importlib.util import find_spec

# As the engine sets it, before the tests themselves import PyTorch: threads that wait do not spin for long.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

if find_spec("torch") is None:
    collect_ignore_glob = ["*"]
