-- One operation on a room, all or nothing.
--
-- KEYS  1 events (stream)  2 state (hash)  3 operations (sorted set)  4 outbox (hash)  5 sent (hash)
--       6 votes (hash)  7 typed (hash), which has an expiry of its own
-- ARGV  1 revision seen  2 operation id  3 schema of the writer  4 snapshot after the events
--       5 expiry, ms  6 operations to remember  7 number of events  8 number of votes
--       9.. the events, then pairs: voter, sheet or "" to take it away (votes), then pairs: job id, job (outbox)
--
-- Answers {"appended", revision}, or, having changed nothing:
--   {"repeated", revision, schema, snapshot}  the operation took effect before
--   {"stale", revision, schema, snapshot}     the room is not at the revision seen
--   {"newer", schema}                         the room belongs to a newer version of the writer

local state = redis.call('HMGET', KEYS[2], 'revision', 'schema', 'snapshot')
local revision = tonumber(state[1] or '0')
local schema = tonumber(state[2] or '0')

if schema > tonumber(ARGV[3]) then
  return {'newer', schema}
end
if redis.call('ZSCORE', KEYS[3], ARGV[2]) then
  return {'repeated', revision, schema, state[3]}
end
if revision ~= tonumber(ARGV[1]) then
  return {'stale', revision, schema, state[3]}
end

local count = tonumber(ARGV[7])
for i = 1, count do
  revision = revision + 1
  redis.call('XADD', KEYS[1], revision .. '-0', 'v', ARGV[3], 'o', ARGV[2], 'e', ARGV[8 + i])
end
redis.call('HSET', KEYS[2], 'revision', revision, 'schema', ARGV[3], 'snapshot', ARGV[4])
redis.call('ZADD', KEYS[3], revision, ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - tonumber(ARGV[6]))
local votes = 9 + count
local jobs = votes + 2 * tonumber(ARGV[8])
for i = votes, jobs - 1, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[6], ARGV[i])
  else
    redis.call('HSET', KEYS[6], ARGV[i], ARGV[i + 1])
  end
end
for i = jobs, #ARGV, 2 do
  redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1])
end
for i = 1, 6 do
  redis.call('PEXPIRE', KEYS[i], ARGV[5])
end
return {'appended', revision}
