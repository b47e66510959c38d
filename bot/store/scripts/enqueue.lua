-- Puts a job in the queue, once: a job that is there already changes nothing.
--
-- KEYS  1 jobs  2 order  3 ready  4 later  5 leases  6 holders  7 attempts  8 counter  9 bell
-- ARGV  1 job id  2 job
-- Answers 1 if it was put there, 0 if it was there.

if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 0 then
  return 0
end
local number = redis.call('INCR', KEYS[8])
redis.call('HSET', KEYS[2], ARGV[1], number)
redis.call('ZADD', KEYS[3], number, ARGV[1])
redis.call('RPUSH', KEYS[9], '1')
redis.call('LTRIM', KEYS[9], -64, -1)
return 1
