-- One operation on a room, all or nothing.
--
-- KEYS  1 events (stream)  2 state (hash)  3 operations (sorted set)  4 outbox (hash)  5 sent (hash)
--       6 votes (hash)  7 typed (hash)  8 partials (hash), which have expiries of their own
-- ARGV  1 revision seen and, if it is known, the chain there  2 operation id  3 schema of the writer  4 snapshot after the events, or "" to leave
--       the one that is there, which then lags behind the log  5 expiry, ms, or 0 for none
--       6 operations to remember  7 number of events  8 number of votes
--       9 fence: the token of the caller's shard lease, 0 without one
--       10 what is of no use any more of the partials: fields, a space between them
--       11.. the events, then pairs: voter, sheet or "" to take it away (votes), then pairs: job id, job (outbox)
--
-- Answers {"appended", revision, chain}, or, having changed nothing:
--   {"repeated"}                              the operation took effect before
--   {"stale"}                                 the room is not at the revision seen
--   {"newer", schema}                         the room belongs to a newer version of the writer
--   {"fenced"}                                whoever leases the shard since has written here

local state = redis.call('HMGET', KEYS[2], 'revision', 'schema', 'chain', 'fence')
local revision = tonumber(state[1] or '0')
local schema = tonumber(state[2] or '0') % 1000 -- 1000 more where the snapshot lags
local chain = state[3] or ''

if schema > tonumber(ARGV[3]) then
  return {'newer', schema}
end
if redis.call('ZSCORE', KEYS[3], ARGV[2]) then
  return {'repeated'}
end
local fence = tonumber(ARGV[9])
if fence > 0 and fence < tonumber(state[4] or '0') then
  return {'fenced'}
end
-- A failover may have put another history in the place of the one that was seen.
local seen, history = string.match(ARGV[1], '^(%d+) ?(.*)$')
if revision ~= tonumber(seen) or (history ~= '' and history ~= chain) then
  return {'stale'}
end

local count = tonumber(ARGV[7])
for i = 1, count do
  revision = revision + 1
  redis.call('XADD', KEYS[1], revision .. '-0', 'v', ARGV[3], 'o', ARGV[2], 'e', ARGV[10 + i])
  chain = redis.sha1hex(chain .. ARGV[2] .. ARGV[10 + i]) -- tells this history from any other
end
redis.call('HSET', KEYS[2], 'revision', revision, 'chain', chain)
if ARGV[4] == '' then
  redis.call('HSET', KEYS[2], 'schema', ARGV[3] + 1000)
else
  redis.call('HSET', KEYS[2], 'schema', ARGV[3], 'snapshot', ARGV[4], 'at', revision)
end
if fence > 0 then
  redis.call('HSET', KEYS[2], 'fence', ARGV[9])
end
redis.call('ZADD', KEYS[3], revision, ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - tonumber(ARGV[6]))
for field in string.gmatch(ARGV[10], '%S+') do
  redis.call('HDEL', KEYS[8], field)
end
local votes = 11 + count
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
  if ARGV[5] == '0' then
    redis.call('PERSIST', KEYS[i])
  else
    redis.call('PEXPIRE', KEYS[i], ARGV[5])
  end
end
return {'appended', revision, chain}
