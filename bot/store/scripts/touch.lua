-- A write without a sense of its own, for who would have a room's replicas confirm what was written before:
-- WAIT waits for the writes of its own connection.
--
-- KEYS  the room's state
-- ARGV  1 operation id
-- Answers nothing of use.

return redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HSET', KEYS[1], 'again', ARGV[1])
