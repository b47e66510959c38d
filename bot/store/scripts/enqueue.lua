-- Puts a job in the queue, once: a job that is there already changes nothing.
--
-- ARGV  3 job id  4 job  5 guild  6 room  7 person  8 cost  9 tokens
-- Answers 1 if it was put there, 0 if it was there.

local id = ARGV[3]
if call('HSETNX', K.jobs, id, ARGV[4]) == 0 then
  return 0
end
local number = call('INCR', K.counter)
local cost = tonumber(ARGV[8])
if cost <= 0 then
  cost = DEFAULTS.cost
end
local fact = {ARGV[5], ARGV[6], ARGV[7], number, cost, tonumber(ARGV[9])}
call('HSET', K.order, id, number)
call('HSET', K.facts, id, cjson.encode(fact))
call('ZADD', K.shown, now + DEFAULTS.show, id)
line_up(id, fact)
ring()
return 1
