-- Takes one of the edits that Discord grants a channel's messages, for all processes; a passing one leaves the
-- last of them where several messages are edited.
--
-- KEYS  1 edits (sorted set: message and moment, by the ms)
-- ARGV  1 message  2 edits granted  3 in so many ms  4 "1" if a newer one will follow this one
-- Answers 0 if it was taken, or the ms to wait.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window = tonumber(ARGV[3])

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if ARGV[4] == '1' and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) - 1 then
  local made = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
  for i = 1, #made, 2 do
    if string.sub(made[i], 1, #ARGV[1] + 1) ~= ARGV[1] .. ':' then
      return math.max(1, tonumber(made[2]) + window - now + 1)
    end
  end
end
redis.call('ZADD', KEYS[1], now, ARGV[1] .. ':' .. time[1] .. '.' .. time[2])
redis.call('PEXPIRE', KEYS[1], window)
return 0
