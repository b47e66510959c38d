-- Leases the next job to one worker. The clock is Redis's own, so that workers' clocks need not agree.
--
-- ARGV  3 token of the lease  4 length of the lease, ms  5 token room of all servers together, 0 if not known
--       6 "1" if the worker has places to lend to those who have as many in flight as they may
-- Answers {job id, job, attempt, 1 if attempts count because servers went away under it} or nothing; to a token
-- that holds a job, which comes again where the answer was lost on its way, the same.

local LOOK = 16 -- rounds that may be looked at beyond one that does not fit
local PASSES = 8 -- rounds that may go before one that did not fit, before everything waits for its room
local STEPS = 1000 -- guilds that are looked at in one lease; whoever asks next goes on from there

for _, id in ipairs(call('ZRANGEBYSCORE', K.leases, '-inf', now, 'LIMIT', 0, 100)) do -- their workers died
  land(id, facts_of(id))
  come_again(id)
end
for _, id in ipairs(call('ZRANGEBYSCORE', K.later, '-inf', now, 'LIMIT', 0, 100)) do -- put off until now
  call('ZREM', K.later, id)
  come_again(id)
end
local function answer(id, attempt)
  return {id, call('HGET', K.jobs, id), attempt, is_unspared(id) and 1 or 0}
end
local held = call('HGET', K.holding, ARGV[3])
if held then
  return answer(held, tonumber(call('HGET', K.attempts, held)))
end
raise_floor(lowest(K.open))
call('ZREMRANGEBYSCORE', K.idle, '-inf', '(' .. string.format('%.17g', floor())) -- joining lifts them anyway

-- The round of a guild that is next, if any may be: rooms in turn, people in turn, the oldest of theirs.
local function next_of(guild, within)
  local limit = within and share(guild, 'person_rounds')
  for _, at_room in ipairs(first(K.rooms, guild, 64)) do
    local room = string.sub(at_room, #guild + 19)
    for _, at_person in ipairs(first(K.people, room, 64)) do
      local person = string.sub(at_person, #room + 19)
      local free = not within or person == '' or limit == 0
      if free or counted('f' .. SEP .. guild .. SEP .. person) < limit then
        local head = first(K.lines, room .. SEP .. person, 1)[1]
        if head then
          return string.sub(head, #room + #person + 20)
        end
      end
    end
  end
end

local room_left = tonumber(ARGV[5])
local function fits(id)
  local flying = counted('tokens')
  return room_left == 0 or flying == 0 or flying + facts_of(id).tokens <= room_left
end

local unfit = {}
local function take(id) -- whether it is the one; it notes those that do not fit
  if fits(id) then
    return true
  end
  unfit[#unfit + 1] = id
  return false
end

local function is_waited_for()
  local last = unfit[#unfit]
  return last and counted('x' .. SEP .. last) >= PASSES
end

-- Shares between guilds are decided here and nowhere else.
local function choose()
  local again = call('ZRANGE', K.paid, 0, 0)[1]
  if again and take(again) then
    return again
  end
  local behind, steps = 0, 0 -- `behind`: guilds, the lowest, whose next round does not fit
  while #unfit < LOOK and not is_waited_for() do
    steps = steps + 1
    if steps > STEPS then
      ring()
      return nil
    end
    local guild = call('ZRANGE', K.open, behind, behind)[1]
    if not guild then
      break
    end
    local cap = share(guild, 'rounds')
    local paused = call('HEXISTS', K.shares, guild .. ':paused') == 1
    local id = not paused and (cap == 0 or counted('f' .. SEP .. guild) < cap) and next_of(guild, true)
    if not id then
      local counter = call('ZSCORE', K.open, guild)
      call('ZREM', K.open, guild)
      call('ZADD', paused and K.held or K.parked, counter, guild)
    elseif take(id) then
      return id
    else
      behind = behind + 1
    end
  end
  if ARGV[6] ~= '1' or is_waited_for() then
    return nil
  end
  local guild = call('ZRANGE', K.parked, 0, 0)[1]
  local id = guild and next_of(guild, false)
  -- What is lent leaves room for another as large, as it leaves a place.
  if id and (room_left == 0 or counted('tokens') + 2 * facts_of(id).tokens <= room_left) then
    return id
  end
end

local id = choose()
if not id then
  return false
end
for _, passed in ipairs(unfit) do
  call('HINCRBY', K.counts, 'x' .. SEP .. passed, 1)
end
call('HDEL', K.counts, 'x' .. SEP .. id)

-- How often the guild has a turn of late, while more of it waits: for the estimate that people are shown.
local function beat(guild)
  local key = 'beat' .. SEP .. guild
  local old = call('HGET', K.tally, key)
  local beats = old and cjson.decode(old) or {last = now, every = 0, turns = -1, since = now}
  if old then
    local new = math.max(0.1, 1 / (beats.turns + 1))
    beats.every = beats.every + new * ((now - beats.last) / 1000 - beats.every)
  end
  beats.last, beats.turns = now, beats.turns + 1
  call('HSET', K.tally, key, cjson.encode(beats))
end

local fact = facts_of(id)
local charged = charged_of(id)
if charged then
  charged.since = now
  out_of_line(id, fact, true)
else
  charged = {cost = fact.cost, weight = share(fact.guild, 'weight'), used = 0, since = now}
  charge(fact.guild, charged.cost / charged.weight)
  out_of_line(id, fact, true)
  if counted('w' .. SEP .. fact.guild) > 0 then
    beat(fact.guild)
  end
end
call('HSET', K.charged, id, cjson.encode(charged))
take_off(id, fact, ARGV[3], now + tonumber(ARGV[4]))
return answer(id, call('HINCRBY', K.attempts, id, 1))
