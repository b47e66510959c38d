-- Takes requests out of what all processes may ask of Discord's REST together (GCRA), and tells what holds them.
--
-- KEYS  1 spent  2 seen  3 later  4 invalid
-- ARGV  1 process  2 requests wanted  3 requests a second  4 requests at once
--       5 invalid answers in ten minutes from which it is slowed down  6 at which nothing is asked any more
--       7 requests at once that are left to others
-- Answers {granted, ms until one more, processes, invalid answers, then pairs: route, ms it waits}.

local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local wanted, rate, burst = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]) - tonumber(ARGV[7])
local slow, stop = tonumber(ARGV[5]), tonumber(ARGV[6])

redis.call('ZADD', KEYS[2], math.floor(now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', math.floor(now) - 30000)
redis.call('PEXPIRE', KEYS[2], 60000)

local invalid, minute = 0, math.floor(now / 60000)
local minutes = redis.call('HGETALL', KEYS[4])
for i = 1, #minutes, 2 do
  if tonumber(minutes[i]) < minute - 10 then
    redis.call('HDEL', KEYS[4], minutes[i])
  else
    invalid = invalid + tonumber(minutes[i + 1])
  end
end

local answer = {0, 0, redis.call('ZCARD', KEYS[2]), invalid}
local later = redis.call('HGETALL', KEYS[3])
for i = 1, #later, 2 do
  local left = math.ceil(tonumber(later[i + 1]) - now)
  if left <= 0 then
    redis.call('HDEL', KEYS[3], later[i])
  else
    answer[#answer + 1] = later[i]
    answer[#answer + 1] = left
  end
end

if invalid >= stop then
  answer[2] = 5000
  return answer
end
if invalid >= slow then
  rate = math.max(rate * (stop - invalid) / (stop - slow), 0.2)
end
local interval = 1000 / rate
local spent = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local granted = math.max(0, math.min(wanted, math.floor(burst - (spent - now) / interval + 0.001)))
spent = spent + granted * interval
if granted > 0 then
  redis.call('SET', KEYS[1], string.format('%.3f', spent), 'PX', math.ceil(spent - now) + 60000)
end
answer[1] = granted
answer[2] = math.max(1, math.ceil(spent + interval - burst * interval - now))
return answer
