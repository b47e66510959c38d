-- A room as it stands: what the reader does not know yet of it, in one trip.
--
-- KEYS  as in append.lua
-- ARGV  1 operation id  2 revision that the reader knows (0: none)  3 the chain there
--       4 expiry, ms  5 how much of it may be gone before reading the room starts it anew, ms
--
-- Answers nothing for a room that is none, or {revision, schema, score of the operation, chain, snapshot, tail}:
-- the tail is the events behind the snapshot, or, without a snapshot, behind the revision that the reader knows.

local state = redis.call('HMGET', KEYS[2], 'revision', 'schema', 'chain', 'at', 'based')
if not state[1] then
  return false
end
local revision = tonumber(state[1])
local chain = state[3] or ''
local at = tonumber(state[4]) or revision -- where the snapshot stands; behind it lie the events of the tail

local left = redis.call('PTTL', KEYS[2])
if left >= 0 and left < tonumber(ARGV[4]) - tonumber(ARGV[5]) then
  for i = 1, #KEYS do
    if i ~= 7 and i ~= 8 then
      redis.pcall('PEXPIRE', KEYS[i], ARGV[4]) -- a Redis that takes no writes is read all the same
    end
  end
end

local known = tonumber(ARGV[2])
local from, snapshot = known, false
if known == 0 or known > revision or known < tonumber(state[5] or '0') or known + 512 < at
  or (known == revision and chain ~= ARGV[3]) then
  from, snapshot = at, redis.call('HGET', KEYS[2], 'snapshot')
end
local tail = {}
if from < revision then
  tail = redis.call('XRANGE', KEYS[1], (from + 1) .. '-0', '+')
end
return {revision, state[2], redis.call('ZSCORE', KEYS[3], ARGV[1]), chain, snapshot, tail}
