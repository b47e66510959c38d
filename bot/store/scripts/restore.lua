-- Puts a log that was gathered beside a room in the place of the room's own, which begins later, or makes the
-- room anew from it, where it is gone.
--
-- KEYS  as in append.lua, and at last the log that was gathered (stream)
-- ARGV  1 revision up to which the log was trimmed, or "gone"  2 revision up to which the gathered log goes
--       3 expiry, ms, or 0 for none
--       of a room that is gone:  4 schema  5 the room  6 chain  7 number of its open rounds
--       8.. pairs: job id, job (outbox), then pairs: revision, operation
-- Answers 1, or 0 if the room is not as it was read.

local gathered = KEYS[#KEYS]
local revision = redis.call('HGET', KEYS[2], 'revision')
if redis.call('XLEN', gathered) ~= tonumber(ARGV[2]) then
  return 0
end

if ARGV[1] == 'gone' then
  if revision then
    return 0
  end
  redis.call('HSET', KEYS[2], 'revision', ARGV[2], 'schema', ARGV[4], 'snapshot', ARGV[5], 'at', ARGV[2],
    'chain', ARGV[6])
  local first_operation = 8 + 2 * tonumber(ARGV[7])
  for i = 8, first_operation - 1, 2 do
    redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1])
  end
  for i = first_operation, #ARGV, 2 do
    redis.call('ZADD', KEYS[3], ARGV[i], ARGV[i + 1])
  end
else
  if not revision or redis.call('HGET', KEYS[2], 'based') ~= ARGV[1] then
    return 0
  end
  for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do
    redis.call('XADD', gathered, entry[1], unpack(entry[2]))
  end
  redis.call('HDEL', KEYS[2], 'based', 'base', 'base_schema')
end
redis.call('RENAME', gathered, KEYS[1])
for i = 1, #KEYS - 1 do
  if i ~= 7 and i ~= 8 then
    if ARGV[3] == '0' then
      redis.call('PERSIST', KEYS[i])
    else
      redis.call('PEXPIRE', KEYS[i], ARGV[3])
    end
  end
end
return 1
