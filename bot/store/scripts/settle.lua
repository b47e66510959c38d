-- Ends or prolongs a lease, for its holder alone.
--
-- KEYS  1 jobs  2 order  3 ready  4 later  5 leases  6 holders  7 attempts  8 counter  9 bell
-- ARGV  1 job id  2 token of the lease
--       3 "renew" (4: ms from now), "finish", "release", or "defer" (4: ms from now)
-- Answers 1, or 0 if the lease is no longer the caller's.

if redis.call('HGET', KEYS[6], ARGV[1]) ~= ARGV[2] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if ARGV[3] == 'renew' then
  redis.call('ZADD', KEYS[5], now + tonumber(ARGV[4]), ARGV[1])
  return 1
end

redis.call('ZREM', KEYS[5], ARGV[1])
redis.call('HDEL', KEYS[6], ARGV[1])
if ARGV[3] == 'finish' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[7], ARGV[1])
elseif ARGV[3] == 'release' then -- given back unworked: no attempt
  redis.call('HINCRBY', KEYS[7], ARGV[1], -1)
  redis.call('ZADD', KEYS[3], redis.call('HGET', KEYS[2], ARGV[1]), ARGV[1])
  redis.call('RPUSH', KEYS[9], '1')
else
  redis.call('ZADD', KEYS[4], now + tonumber(ARGV[4]), ARGV[1])
end
return 1
