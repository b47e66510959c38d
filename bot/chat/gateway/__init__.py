"""The gateway: which of Discord's shards this process answers for, and their connections.

`plan.py` says how many shards there are and which are wanted, `gate.py` which may be answered at this moment,
`shard.py` holds one connection, `gateway.py` takes, keeps and gives back shards.
"""

from bot.chat.gateway.gate import Gate
from bot.chat.gateway.gateway import Gateway
from bot.chat.gateway.plan import Plan, plan_of

__all__ = ["Gate", "Gateway", "Plan", "plan_of"]
