"""llama.cpp's own HTTP server as a process, left as it is: its own steps, its own way to wait.

`python -m tests.bench.llama_server READY_FILE SEATS CONTEXT THREADS` serves the fetched model until SIGTERM.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

from tgi import weights


def serve(ready: Path, seats: int, context: int, threads: int) -> None:
    import xllamacpp  # noqa: PLC0415 - only this process needs it

    params = xllamacpp.CommonParams()
    params.model.path = str(weights.fetched())
    params.n_parallel = seats
    params.n_ctx = seats * context
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_threads_http = seats * 2 + 2
    params.ui = False
    params.verbosity = 1
    kept = xllamacpp.Server(params)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    port = int(kept.listening_address.rsplit(":", 1)[1].strip("/"))
    part = ready.with_suffix(".part")
    part.write_text(json.dumps({"port": port}), encoding="utf-8")
    part.replace(ready)
    signal.pause()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), *map(int, sys.argv[2:5]))
