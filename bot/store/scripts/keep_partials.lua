-- Keeps a round's unfinished takes, for the lease that claimed them last; for nobody once the round is over.
--
-- KEYS  1 partials (hash, see claim_partials.lua)
-- ARGV  1 round  2 attempt of the lease  3 its token  4 expiry, ms  5.. pairs: field, what was streamed
-- Answers 1, or 0 having changed nothing.

if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] .. ' ' .. ARGV[3] then
  return 0
end
for i = 5, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
