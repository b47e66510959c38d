"""The watermark of Kirchenbauer et al. (2023), "A Watermark for Large Language Models", with TGI's numbers.

The token before decides, through a seeded shuffle of the vocabulary, which half of it is favoured. Source:
server/text_generation_server/utils/watermark.py.
"""

from __future__ import annotations

from typing import Any, Final

import torch

GAMMA: Final = 0.5
"""The share of the vocabulary that is favoured."""
DELTA: Final = 2.0
"""What is added to its scores."""
HASH_KEY: Final = 15_485_863


def favoured(before: int, vocabulary: int, device: Any) -> Any:  # noqa: ANN401 - PyTorch has no types here
    """Return the ids that are favoured after the token `before`: int64 [GAMMA * vocabulary]."""
    generator = torch.Generator(device)
    generator.manual_seed(HASH_KEY * before)
    order = torch.randperm(vocabulary, generator=generator, device=device)
    return order[: int(vocabulary * GAMMA)]
