-- Leases the next job to one worker. The clock is Redis's own, so that workers' clocks need not agree.
--
-- KEYS  1 jobs  2 order  3 ready  4 later  5 leases  6 holders  7 attempts  8 counter  9 bell
-- ARGV  1 token of the lease  2 length of the lease, ms
-- Answers {job id, job, attempt} or nothing.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function back(source)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', source, '-inf', now, 'LIMIT', 0, 100)) do
    redis.call('ZREM', source, id)
    redis.call('HDEL', KEYS[6], id)
    redis.call('ZADD', KEYS[3], redis.call('HGET', KEYS[2], id), id)
  end
end
back(KEYS[5]) -- leases that ended: their workers died
back(KEYS[4]) -- jobs put off until now

-- The choice of the next round: the oldest. Shares between guilds are decided here and nowhere else.
local function choose()
  return redis.call('ZRANGE', KEYS[3], 0, 0)[1]
end

local id = choose()
if not id then
  return false
end
redis.call('ZREM', KEYS[3], id)
redis.call('ZADD', KEYS[5], now + tonumber(ARGV[2]), id)
redis.call('HSET', KEYS[6], id, ARGV[1])
return {id, redis.call('HGET', KEYS[1], id), redis.call('HINCRBY', KEYS[7], id, 1)}
