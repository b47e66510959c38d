-- One beat of a gateway: it says that it lives, prolongs what it holds, and takes what is free of its share.
-- The clock is Redis's own. A token is greater than every one before it, even if the newest were lost.
--
-- KEYS  1 alive  2 joined  3 shards  4 bell
-- ARGV  1 gateway  2 length of a lease, ms  3 number of shards
--       4 the shards it is to have, as "0,2", or "" for its share of all
--       5.. triples of what it holds: shard, token, stream or ""
-- Answers {number it may hold, then for each shard it holds: {shard, token, stream or ""}}.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local me, length, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local ends = now + length
local kept = 300000 -- ms for which Discord may still know a stream that nobody holds

local changed = false
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('ZREM', KEYS[2], gone)
  changed = true
end
redis.call('ZADD', KEYS[1], ends, me)
changed = redis.call('ZADD', KEYS[2], 'NX', now, me) == 1 or changed

local held, answer = {}, {}
local function hold(shard, token, stream)
  redis.call('HSET', KEYS[3], 'holder:' .. shard, me, 'until:' .. shard, ends, 'token:' .. shard, token)
  held[tonumber(shard)] = true
  answer[#answer + 1] = {tonumber(shard), token, stream}
end

for i = 5, #ARGV, 3 do
  local shard, token = ARGV[i], ARGV[i + 1]
  local its = redis.call('HMGET', KEYS[3], 'holder:' .. shard, 'token:' .. shard)
  if its[1] == me and its[2] == token then
    hold(shard, token, ARGV[i + 2])
    if ARGV[i + 2] ~= '' then
      redis.call('HSET', KEYS[3], 'stream:' .. shard, ARGV[i + 2], 'stood:' .. shard, now)
    end
  end
end

-- Its share: as many as everybody else, and what is left over goes to those who came first.
local wanted, share = {}, 0
if ARGV[4] == '' then
  local gateways, rank = redis.call('ZCARD', KEYS[2]), redis.call('ZRANK', KEYS[2], me)
  share = math.floor(count / gateways) + (rank < count % gateways and 1 or 0)
  for shard = 0, count - 1 do
    wanted[#wanted + 1] = shard
  end
else
  for shard in string.gmatch(ARGV[4], '%d+') do
    wanted[#wanted + 1] = tonumber(shard)
  end
  share = #wanted
end

for _, shard in ipairs(wanted) do
  if #answer >= share then
    break
  end
  local its = redis.call('HMGET', KEYS[3], 'until:' .. shard, 'stream:' .. shard, 'last', 'holder:' .. shard,
    'stood:' .. shard)
  -- Its own, though it does not know so: the answer to an earlier beat came too late to be heeded.
  if not held[shard] and (its[4] == me or tonumber(its[1] or '0') <= now) then
    local token = string.format('%.0f', math.max(now, tonumber(its[3] or '0') + 1))
    redis.call('HSET', KEYS[3], 'last', token)
    if its[2] and now - tonumber(its[5] or now) > kept then
      its[2] = ''
    end
    hold(shard, token, its[2] or '')
  end
end

if changed then
  for _ = 1, redis.call('ZCARD', KEYS[1]) do
    redis.call('RPUSH', KEYS[4], '1')
  end
  redis.call('LTRIM', KEYS[4], -64, -1)
  redis.call('PEXPIRE', KEYS[4], 2000)
end
table.insert(answer, 1, share)
return answer
