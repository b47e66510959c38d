"""What can be seen of a running process: counts, spans, whether it lives. No story text, no tokens, no ids.

It imports nothing of the bot: whoever does the work is handed a `Telemetry` and says what happened.
"""

from bot.telemetry.first_words import FirstWords
from bot.telemetry.metrics import Metrics
from bot.telemetry.telemetry import Telemetry
from bot.telemetry.traces import NoTraces, Span, Traces

__all__ = ["FirstWords", "Metrics", "NoTraces", "Span", "Telemetry", "Traces"]
