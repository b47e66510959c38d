"""A pooled, streaming, cancellable client for Text Generation Inference, on the `text-generation` package.

    async with TgiClient(["http://127.0.0.1:3000"]) as tgi:
        async with aclosing(tgi.stream(prompt, GenerateParameters(max_new_tokens=400))) as events:
            async for event in events:
                ...  # Token, Token, ..., Finished

Every failure is a `tgi.errors.ClientError`. Parameters and `/info` are `tgi.protocol`'s models.
"""

from tgi.client.breaker import Breaking
from tgi.client.client import TgiClient
from tgi.client.conditions import Condition
from tgi.client.events import Finished, Reply, Token
from tgi.client.hedging import Hedge
from tgi.client.looks import Look
from tgi.client.policy import Budgets, Retry

__all__ = [
    "Breaking",
    "Budgets",
    "Condition",
    "Finished",
    "Hedge",
    "Look",
    "Reply",
    "Retry",
    "TgiClient",
    "Token",
]
