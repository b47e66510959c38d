-- Takes the oldest events out of a room's log, after they were written elsewhere, and keeps the room as it was
-- behind them: base and what is left of the log give the room, as the whole log did.
--
-- KEYS  as in append.lua
-- ARGV  1 revision up to which the log was trimmed before  2 revision up to which it is to be
--       3 digest of what goes: for each event, SHA-1 of the digest before and its id, v, o and e
--       4 the room at that revision  5 its schema
-- Answers 1, or 0 if the log is not what was read, or its snapshot still needs what would go.

local state = redis.call('HMGET', KEYS[2], 'at', 'based')
local from, to = tonumber(ARGV[1]), tonumber(ARGV[2])
if not state[1] or tonumber(state[2] or '0') ~= from or to > tonumber(state[1]) then
  return 0
end

local going = redis.call('XRANGE', KEYS[1], '-', to .. '-0')
local digest = ''
for _, entry in ipairs(going) do
  local fields = entry[2]
  digest = redis.sha1hex(digest .. entry[1] .. fields[2] .. fields[4] .. fields[6])
end
if #going ~= to - from or digest ~= ARGV[3] then
  return 0
end

redis.call('HSET', KEYS[2], 'based', to, 'base', ARGV[4], 'base_schema', ARGV[5])
redis.call('XTRIM', KEYS[1], 'MINID', '=', (to + 1) .. '-0')
return 1
