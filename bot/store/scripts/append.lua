-- One operation on a room, all or nothing.
--
-- KEYS  1 events (stream)  2 state (hash)  3 operations (sorted set)  4 outbox (hash)  5 sent (hash)
--       6 votes (hash)  7 typed (hash)  8 partials (hash), which have expiries of their own
-- ARGV  1 revision seen  2 the chain there, or "" where it is not known
--       3 operation id  4 schema of the writer
--       5 snapshot after the events, or "" to leave the one that is there, which then lags behind the log
--       6 expiry, ms, or 0 for none  7 operations to remember
--       8 fence: the token of the caller's shard lease, 0 without one
--       9 what is of no use any more of the partials: fields, a space between them
--       10 number of events  11 number of votes
--       12.. the events, then pairs: voter, sheet or "" to take it away (votes), then pairs: job id, job (outbox)
--
-- Answers {"appended", revision, chain}, or, having changed nothing:
--   {"repeated"}                              the operation took effect before
--   {"stale"}                                 the room is not at the revision seen
--   {"newer", schema}                         the room belongs to a newer version of the writer
--   {"fenced"}                                whoever leases the shard since has written here

local EVENTS, STATE, OPERATIONS, OUTBOX, VOTES, PARTIALS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[6], KEYS[8]
local EXPIRING = 6 -- the first so many keys
local seen, history, operation, schema, snapshot = unpack(ARGV, 1, 5)
local expiry, remembered, fence, over = unpack(ARGV, 6, 9)
local first_event = 12
local first_vote = first_event + tonumber(ARGV[10])
local first_job = first_vote + 2 * tonumber(ARGV[11])

local state = redis.call('HMGET', STATE, 'revision', 'schema', 'chain', 'fence', 'at')
local revision = tonumber(state[1] or '0')
local stored_schema = tonumber(state[2] or '0')
local chain = state[3] or ''
local at = state[5] or seen -- where the snapshot stands

if stored_schema > tonumber(schema) then
  return {'newer', stored_schema}
end
if redis.call('ZSCORE', OPERATIONS, operation) then
  return {'repeated'}
end
if fence ~= '0' and tonumber(fence) < tonumber(state[4] or '0') then
  return {'fenced'}
end
-- A failover may have put another history in the place of the one that was seen.
if revision ~= tonumber(seen) or (history ~= '' and history ~= chain) then
  return {'stale'}
end

for i = first_event, first_vote - 1 do
  local event = ARGV[i]
  revision = revision + 1
  redis.call('XADD', EVENTS, revision .. '-0', 'v', schema, 'o', operation, 'e', event)
  chain = redis.sha1hex(chain .. operation .. event) -- tells this history from any other
end
if snapshot ~= '' then
  at = revision
  redis.call('HSET', STATE, 'snapshot', snapshot)
end
redis.call('HSET', STATE, 'revision', revision, 'chain', chain, 'schema', schema, 'at', at)
if fence ~= '0' then
  redis.call('HSET', STATE, 'fence', fence)
end

redis.call('ZADD', OPERATIONS, revision, operation)
redis.call('ZREMRANGEBYRANK', OPERATIONS, 0, -1 - tonumber(remembered))
for field in string.gmatch(over, '%S+') do
  redis.call('HDEL', PARTIALS, field)
end
for i = first_vote, first_job - 1, 2 do
  local voter, sheet = ARGV[i], ARGV[i + 1]
  if sheet == '' then
    redis.call('HDEL', VOTES, voter)
  else
    redis.call('HSET', VOTES, voter, sheet)
  end
end
for i = first_job, #ARGV, 2 do
  redis.call('HSET', OUTBOX, ARGV[i], ARGV[i + 1])
end

for i = 1, EXPIRING do
  if expiry == '0' then
    redis.call('PERSIST', KEYS[i])
  else
    redis.call('PEXPIRE', KEYS[i], expiry)
  end
end
return {'appended', revision, chain}
