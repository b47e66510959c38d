"""Everything that a story room needs, on one machine: `storyroom demo` starts it and keeps it running.

It starts processes and speaks to them over the wire, as people and bots do; it imports nothing of the bot.
Not for production: nothing that happens in a demo outlives it.
"""

from bot.demo.options import DemoOptions, Exit, PartCommands
from bot.demo.run import run_demo

__all__ = ["DemoOptions", "Exit", "PartCommands", "run_demo"]
