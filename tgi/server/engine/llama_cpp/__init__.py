"""llama.cpp as an engine, through the xllamacpp wheel: a GGUF model in this process.

`engine` is what the server talks to, `abilities` what it may be asked; `runtime` starts the wheel, `calls`
runs one generation on a thread, `asking` writes what is asked of it, `answers` reads what comes back;
`grammar`, `regex` and `expressions` write its grammars, and `schemas` sees that one is held to.
"""

from __future__ import annotations

from tgi.server.engine.llama_cpp.engine import LlamaCpp

__all__ = ["LlamaCpp"]
