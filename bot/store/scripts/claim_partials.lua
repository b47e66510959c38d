-- Gives a round's unfinished takes to the lease that has the round, and to no older one.
--
-- KEYS  1 partials (hash: round to "attempt token" of its lease, round:take to what was streamed)
-- ARGV  1 round  2 attempt of the lease  3 its token  4 expiry, ms  5.. the fields of the round's takes
-- Answers what is in each of the fields. Of two leases with one attempt, as after a release, the later counts.

local held = redis.call('HGET', KEYS[1], ARGV[1])
local attempt = held and tonumber(string.match(held, '^%d+')) or 0
if tonumber(ARGV[2]) >= attempt then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
local found = {}
for i = 5, #ARGV do
  found[i - 4] = redis.call('HGET', KEYS[1], ARGV[i])
end
return found
