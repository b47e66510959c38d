"""`storyroom check`: says in plain words what is missing, and what to do about it.

One module a subject, each with its own words; all subjects are looked into at once and told in one order.
Nothing is changed anywhere.
"""

from bot.check.planned import read_plan
from bot.check.run import run_checks

__all__ = ["read_plan", "run_checks"]
