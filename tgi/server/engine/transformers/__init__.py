"""transformers as an engine: any folder with a causal language model, OPT first, on a CPU or a GPU.

`engine` is what the server talks to. `folder`, `loading`, `words` and `adapters` read what is on the disk,
`start` joins it; `thread` runs turns of `batch` on `model`, whose keys and values are in `keys`; `choosing`
decides with `dials`, `watermark` and `grammar` which token comes next.
"""

from __future__ import annotations

from tgi.server.engine.transformers.engine import TransformersEngine

__all__ = ["TransformersEngine"]
