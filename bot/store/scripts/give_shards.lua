-- Gives shards back, so that another gateway takes them at once and goes on with their streams.
--
-- KEYS  1 alive  2 joined  3 shards  4 bell
-- ARGV  1 gateway  2 "leaves" if it takes no more, else ""  3.. triples: shard, token, stream or ""
-- Answers how many were its own.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local given = 0
for i = 3, #ARGV, 3 do
  local shard = ARGV[i]
  local its = redis.call('HMGET', KEYS[3], 'holder:' .. shard, 'token:' .. shard)
  if its[1] == ARGV[1] and its[2] == ARGV[i + 1] then
    redis.call('HDEL', KEYS[3], 'holder:' .. shard, 'until:' .. shard, 'stream:' .. shard, 'stood:' .. shard)
    if ARGV[i + 2] ~= '' then
      redis.call('HSET', KEYS[3], 'stream:' .. shard, ARGV[i + 2], 'stood:' .. shard, now)
    end
    given = given + 1
  end
end
if ARGV[2] ~= '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
end
for _ = 1, redis.call('ZCARD', KEYS[1]) do
  redis.call('RPUSH', KEYS[4], '1')
end
redis.call('LTRIM', KEYS[4], -64, -1)
redis.call('PEXPIRE', KEYS[4], 2000)
return given
