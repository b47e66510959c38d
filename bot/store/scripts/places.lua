-- Where rounds stand in the queue: how many are written before each, and what those cost.
--
-- ARGV  3 "due": rounds whose place was not shown for a while, at most so many (4), each then put off by so
--         many ms (5): whoever asks shows them; or "of": the jobs named by 4..
-- Answers, for each that waits, a JSON object; `words` is what was shown of it last (shown.lua).

local LOOK = 100 -- guilds that are looked at one by one; more are taken to be like these

-- How many come before, where each of the others has so many and they take turns.
local function ahead(key, group, one, own, length_of)
  local mine = call('HGET', K.turns, group .. SEP .. one)
  local total = own
  for _, member in ipairs(first(key, group, LOOK)) do
    local other = string.sub(member, #group + 19)
    if other ~= one then
      local sooner = call('HGET', K.turns, group .. SEP .. other) + 0 < mine + 0
      total = total + math.min(length_of(other), own + (sooner and 1 or 0))
    end
  end
  return total
end

local function within(prefix)
  return call('ZLEXCOUNT', K.lines, '[' .. prefix .. SEP, '(' .. prefix .. BEHIND)
end

local function in_guild(id, fact)
  local guild, room, person = fact.guild, fact.room, fact.person
  local line = room .. SEP .. person
  local own = call('ZLEXCOUNT', K.lines, '[' .. line .. SEP, '(' .. place_in_line(id, fact))
  own = ahead(K.people, room, person, own, function(other) return within(room .. SEP .. other) end)
  return ahead(K.rooms, guild, room, own, within)
end

-- Rounds of other guilds whose counters are below what this one's will be.
local function of_others(guild, target, cost)
  local total, looked = 0, 0
  for _, key in ipairs({K.open, K.parked}) do
    local found = call('ZRANGEBYSCORE', key, '-inf', target, 'WITHSCORES', 'LIMIT', 0, LOOK)
    local here = 0
    for i = 1, #found, 2 do
      if found[i] ~= guild then
        local each = cost / share(found[i], 'weight')
        local turns = math.floor((target - found[i + 1]) / each) + 1
        here = here + math.min(counted('w' .. SEP .. found[i]), turns)
        looked = looked + 1
      end
    end
    if #found == 2 * LOOK then
      here = math.floor(here / LOOK * call('ZCOUNT', key, '-inf', target))
    end
    total = total + here
  end
  return total
end

local function place_of(id)
  if call('HEXISTS', K.jobs, id) == 0 then
    return nil
  end
  local fact = facts_of(id)
  local guild = fact.guild
  local cost = tonumber(call('HGET', K.tally, 'cost')) or fact.cost
  local answer = {id = id, guild = guild, words = call('HGET', K.said, id) or '', paused = false, cost = cost}
  local again = call('ZRANK', K.paid, id)
  local key, counter = active(guild)
  if again then
    answer.before, answer.own = again, 0
  elseif key and call('ZSCORE', K.ready, id) then
    local own = in_guild(id, fact)
    local target = counter + own * cost / share(guild, 'weight')
    answer.own = own
    answer.before = own + of_others(guild, target, cost) + call('ZCARD', K.paid)
    answer.paused = call('HEXISTS', K.shares, guild .. ':paused') == 1
  else
    return nil
  end
  local pace = call('HMGET', K.tally, 'measured', 'pace', 'spread', 'busy', 'at', 'woke')
  if pace[1] and now - pace[5] <= DEFAULTS.forget then
    answer.measured, answer.pace, answer.spread = pace[1] + 0, pace[2] + 0, pace[3] + 0
    answer.busy = pace[4] + 0
    answer.still = (now - math.max(pace[5] + 0, tonumber(pace[6] or '0'))) / 1000
  end
  local beat = call('HGET', K.tally, 'beat' .. SEP .. guild)
  if beat then
    beat = cjson.decode(beat)
    answer.every, answer.turns, answer.over = beat.every, beat.turns, (now - beat.since) / 1000
  end
  answer.flying = counted('f')
  return cjson.encode(answer)
end

local ids = {}
if ARGV[3] == 'due' then
  ids = call('ZRANGEBYSCORE', K.shown, '-inf', now, 'LIMIT', 0, ARGV[4])
  for _, id in ipairs(ids) do
    call('ZADD', K.shown, now + tonumber(ARGV[5]), id)
  end
else
  for i = 4, #ARGV do
    ids[#ids + 1] = ARGV[i]
  end
end
local places = {}
for _, id in ipairs(ids) do
  local place = place_of(id)
  if place then
    places[#places + 1] = place
  elseif ARGV[3] == 'due' then
    call('ZREM', K.shown, id)
  end
end
return places
