-- Notes an answer of Discord's REST for all processes.
--
-- KEYS  1 spent  2 seen  3 later  4 invalid
-- ARGV  1 route that waits, or ""  2 for how many ms  3 "1" if the answer counts towards a bar

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if ARGV[1] ~= '' then
  local until_ms = math.max(now + tonumber(ARGV[2]), tonumber(redis.call('HGET', KEYS[3], ARGV[1]) or '0'))
  redis.call('HSET', KEYS[3], ARGV[1], string.format('%.0f', until_ms))
  if redis.call('PTTL', KEYS[3]) < until_ms - now then
    redis.call('PEXPIREAT', KEYS[3], string.format('%.0f', until_ms))
  end
end
if ARGV[3] == '1' then
  redis.call('HINCRBY', KEYS[4], math.floor(now / 60000), 1)
  redis.call('EXPIRE', KEYS[4], 720)
end
return 1
