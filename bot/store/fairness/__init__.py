"""Fair shares of the writing machine: who may have how much, who waits, and how long that takes.

The shares themselves are kept by the queue's scripts (`bot/store/scripts/fair.lua`), inside Redis, where
every worker and every gateway meets them at once; here is what people set of them and read of them.
"""
