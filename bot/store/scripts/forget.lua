-- Takes a room off the list of outboxes to look into, unless somebody meant to write to it since.
--
-- KEYS  1 outboxes (sorted set)
-- ARGV  1 room  2 the mark that was seen

if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then
  return redis.call('ZREM', KEYS[1], ARGV[1])
end
return 0
