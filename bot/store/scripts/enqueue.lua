-- Puts a job in the queue, once: a job that is there already changes nothing.
--
-- ARGV  3 job id  4 job  5 guild  6 room  7 person  8 cost  9 tokens
-- Answers {1} if it was put there, {0} if it was there.

local id = ARGV[3]
local there = call('HGET', K.jobs, id)
if there then
  call('HSET', K.jobs, id, there) -- written again, so that WAIT has something to wait for
  return {0}
end
call('HSET', K.jobs, id, ARGV[4])
if call('HLEN', K.jobs) == 1 then
  call('HSET', K.tally, 'woke', now) -- that nothing was finished while there was nothing to do tells nothing
end
local number = call('INCR', K.counter)
local cost = tonumber(ARGV[8])
if cost <= 0 then
  cost = DEFAULTS.cost
end
local fact = {
  guild = ARGV[5], room = ARGV[6], person = ARGV[7], number = number, cost = cost, tokens = tonumber(ARGV[9]),
}
call('HSET', K.facts, id, cjson.encode(fact))
call('ZADD', K.shown, now + DEFAULTS.show, id)
line_up(id, fact)
ring()
return {1}
