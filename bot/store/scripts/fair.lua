-- What the scripts of the queue share; it stands before each of them.
--
-- A round waits in the line of its person in its room. Rooms take turns in a guild, people take turns in a
-- room; guilds are served by their virtual counters, the lowest first (Sheng et al., "Fairness in Serving
-- Large Language Models", OSDI'24): what a guild was served, in input + 2 x output tokens, over its weight.
--
-- KEYS  in the order of `QueueKeys.all`; the names below
-- ARGV  1 the time, ms, "" for Redis's own  2 what holds where nothing is set, as a JSON object; the rest is
--       the script's
--
-- A sorted set whose members are joined by NUL is read in the order of its members, all scores being 0.

local NAMES = {
  'jobs', 'ready', 'later', 'leases', 'holders', 'holding', 'attempts', 'counter', 'bell', 'facts', 'lines',
  'people', 'rooms', 'turns', 'open', 'parked', 'held', 'paid', 'flying', 'counts', 'idle', 'charged', 'tally',
  'shares', 'cancels', 'shown', 'said',
}
local K = {}
for i, name in ipairs(NAMES) do
  K[name] = KEYS[i]
end
local call = redis.call
local SEP, BEHIND = '\0', '\1'
local SPARED = 3 -- attempts of a round that do not count because its servers went away: it may be the reason
local DAY = 86400000

local now = tonumber(ARGV[1])
if not now then
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local DEFAULTS = cjson.decode(ARGV[2])

-- What is set for a guild, or for all, or holds where nothing is set.
local function share(guild, name)
  local set = call('HMGET', K.shares, guild .. ':' .. name, 'default:' .. name)
  return tonumber(set[1] or set[2] or DEFAULTS[name])
end

local function first(key, prefix, count)
  return call('ZRANGEBYLEX', key, '[' .. prefix .. SEP, '(' .. prefix .. BEHIND, 'LIMIT', 0, count)
end

local function digits(number)
  return string.format('%016d', number)
end

local function count(what, by)
  if call('HINCRBY', K.counts, what, by) <= 0 then
    call('HDEL', K.counts, what)
  end
end

local function counted(what)
  return tonumber(call('HGET', K.counts, what) or '0')
end

local function ring()
  call('RPUSH', K.bell, '1')
  call('LTRIM', K.bell, -64, -1)
end

-- What is known of a job, from when it is put there until it is forgotten: guild, room, person, number, cost,
-- tokens.
local function facts_of(id)
  return cjson.decode(call('HGET', K.facts, id))
end

local function lowest(key)
  local found = call('ZRANGE', key, 0, 0, 'WITHSCORES')
  return tonumber(found[2])
end

local function floor()
  return tonumber(call('HGET', K.tally, 'floor') or '0')
end

local function raise_floor(to)
  if to and to > floor() then
    call('HSET', K.tally, 'floor', to)
  end
end

-- Where the counter of a guild with waiting rounds is kept.
local function active(guild)
  for _, key in ipairs({K.open, K.parked, K.held}) do
    local counter = call('ZSCORE', key, guild)
    if counter then
      return key, tonumber(counter)
    end
  end
end

-- A guild that joins is lifted to the least of those served now: being idle banks nothing.
local function join(guild, own)
  local least = lowest(K.open) or lowest(K.parked) or floor()
  call('ZREM', K.idle, guild)
  call('ZADD', K.open, math.max(own or 0, least), guild)
end

-- Nothing of the guild waits any more. What it owes is kept until the others have come that far.
local function leave(guild)
  local key, counter = active(guild)
  if not key then
    return
  end
  call('ZREM', key, guild)
  call('HDEL', K.tally, 'beat' .. SEP .. guild)
  if not lowest(K.open) and not lowest(K.parked) then
    raise_floor(counter)
  end
  call('ZADD', K.idle, counter, guild)
  call('PEXPIRE', K.idle, DAY)
end

local function charge(guild, cost)
  local key = active(guild)
  if key then
    call('ZINCRBY', key, cost, guild)
  else
    local own = tonumber(call('ZSCORE', K.idle, guild)) or floor()
    call('ZADD', K.idle, own + cost, guild)
    call('PEXPIRE', K.idle, DAY)
  end
end

local function unpark(guild)
  local counter = call('ZSCORE', K.parked, guild)
  if counter then
    call('ZREM', K.parked, guild)
    call('ZADD', K.open, counter, guild)
  end
end

-- To the back of the others: rooms of a guild, people of a room.
local function to_the_back(key, group, one)
  local turn = call('HINCRBY', K.tally, 'turn', 1)
  local before = call('HGET', K.turns, group .. SEP .. one)
  if before then
    call('ZREM', key, group .. SEP .. digits(before) .. SEP .. one)
  end
  call('HSET', K.turns, group .. SEP .. one, turn)
  call('ZADD', key, 0, group .. SEP .. digits(turn) .. SEP .. one)
end

local function out_of_turn(key, group, one)
  local before = call('HGET', K.turns, group .. SEP .. one)
  if before then
    call('ZREM', key, group .. SEP .. digits(before) .. SEP .. one)
    call('HDEL', K.turns, group .. SEP .. one)
  end
end

local function place_in_line(id, fact)
  return fact.room .. SEP .. fact.person .. SEP .. digits(fact.number) .. SEP .. id
end

-- A round that has had no turn yet.
local function line_up(id, fact)
  local guild, room, person = fact.guild, fact.room, fact.person
  call('ZADD', K.lines, 0, place_in_line(id, fact))
  call('ZADD', K.ready, fact.number, id)
  count('w' .. SEP .. guild, 1)
  count('w' .. SEP .. guild .. SEP .. person, 1)
  if call('HEXISTS', K.turns, room .. SEP .. person) == 0 then
    to_the_back(K.people, room, person)
  end
  if call('HEXISTS', K.turns, guild .. SEP .. room) == 0 then
    to_the_back(K.rooms, guild, room)
  end
  if active(guild) then
    unpark(guild) -- this one may be of somebody who has nothing in flight
  else
    join(guild, tonumber(call('ZSCORE', K.idle, guild)))
  end
end

-- Out of every line, to be written or for good; `served`: those behind are next.
local function out_of_line(id, fact, served)
  for _, key in ipairs({K.ready, K.paid, K.shown}) do
    call('ZREM', key, id)
  end
  if call('ZREM', K.lines, place_in_line(id, fact)) == 0 then
    return -- it had its turn before
  end
  local guild, room, person = fact.guild, fact.room, fact.person
  count('w' .. SEP .. guild, -1)
  count('w' .. SEP .. guild .. SEP .. person, -1)
  if #first(K.lines, room .. SEP .. person, 1) == 0 then
    out_of_turn(K.people, room, person)
  elseif served then
    to_the_back(K.people, room, person)
  end
  if #first(K.people, room, 1) == 0 then
    out_of_turn(K.rooms, guild, room)
  elseif served then
    to_the_back(K.rooms, guild, room)
  end
  if counted('w' .. SEP .. guild) == 0 then
    leave(guild)
  end
end

-- A round that had its turn and comes again: it goes before all others, and nothing is charged again.
local function come_again(id)
  local number = facts_of(id).number
  call('ZADD', K.paid, number, id)
  call('ZADD', K.ready, number, id)
  call('ZADD', K.shown, now, id)
  ring()
end

local function count_flying(fact, by)
  count('f', by)
  count('f' .. SEP .. fact.guild, by)
  count('f' .. SEP .. fact.guild .. SEP .. fact.person, by)
  count('tokens', string.format('%d', by * fact.tokens))
end

-- Into a worker's hands, and out of them; however often it is said, a job counts once.
local function take_off(id, fact, token, until_ms)
  call('ZADD', K.leases, until_ms, id)
  call('HSET', K.holders, id, token)
  call('HSET', K.holding, token, id)
  if call('SADD', K.flying, id) == 1 then
    count_flying(fact, 1)
  end
end

local function land(id, fact)
  local token = call('HGET', K.holders, id)
  if token then
    call('HDEL', K.holding, token)
    call('HDEL', K.holders, id)
  end
  call('ZREM', K.leases, id)
  if call('SREM', K.flying, id) == 1 then
    count_flying(fact, -1)
    unpark(fact.guild)
  end
end

-- What a round was charged and what it has used so far: cost, weight, used, since. Nothing before its turn.
local function charged_of(id)
  local known = call('HGET', K.charged, id)
  return known and cjson.decode(known)
end

-- Whether servers went away under a round more often than is spared: such attempts count from then on.
local function is_unspared(id)
  return counted('s' .. SEP .. id) > SPARED
end

-- The end of a round: what it was charged is corrected by what it used, and nothing of it is left.
local function end_of(id, used)
  local fact, charged = facts_of(id), charged_of(id)
  land(id, fact)
  out_of_line(id, fact, false)
  if charged then
    charge(fact.guild, (charged.used + used - charged.cost) / charged.weight)
  end
  for _, key in ipairs({K.jobs, K.attempts, K.facts, K.charged, K.cancels, K.said}) do
    call('HDEL', key, id)
  end
  call('ZREM', K.later, id)
  call('HDEL', K.counts, 'x' .. SEP .. id, 's' .. SEP .. id)
end

