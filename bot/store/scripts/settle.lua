-- Ends or prolongs a lease, for its holder alone.
--
-- ARGV  3 job id  4 token of the lease  5 "renew", "finish", "release", "defer", "leave" or "spare"
--       6 ms from now (all but finish and release)  7 what was used, input + 2 x output tokens, "" if that is not known
-- Answers 1, or 0 if the lease is no longer the caller's.

local id, how, used = ARGV[3], ARGV[5], tonumber(ARGV[7])
if call('HGET', K.holders, id) ~= ARGV[4] then
  return 0
end
if how == 'renew' then
  call('ZADD', K.leases, now + tonumber(ARGV[6]), id)
  return 1
end

-- How fast rounds are written of late: an average that forgets, for the estimate that people are shown.
local function measure(seconds)
  local old = call('HMGET', K.tally, 'measured', 'pace', 'spread', 'busy', 'cost', 'at')
  local number = tonumber(old[1] or '0')
  if number > 0 and now - tonumber(old[6]) > DEFAULTS.forget then
    number = 0
  end
  local share_of_new = math.max(0.2, 1 / (number + 1))
  local function mixed(before, new)
    return number == 0 and new or before + share_of_new * (new - before)
  end
  local pace = mixed(tonumber(old[2] or '0'), seconds / used)
  local spread = number == 0 and 0 or mixed(tonumber(old[3]), math.abs(seconds / used - pace))
  call('HSET', K.tally, 'measured', number + 1, 'pace', pace, 'spread', spread, 'at', now,
    'busy', mixed(tonumber(old[4] or '0'), counted('f')), 'cost', mixed(tonumber(old[5] or '0'), used))
end

local charged = charged_of(id)
if how == 'finish' then
  if (used or 0) > 0 and charged.used == 0 then
    measure((now - charged.since) / 1000)
  end
  end_of(id, used or charged.cost - charged.used)
  if call('ZCARD', K.ready) > 0 then
    ring() -- for whom there was no room
  end
  return 1
end
land(id, facts_of(id))
charged.used = charged.used + (used or 0)
call('HSET', K.charged, id, cjson.encode(charged))
if how == 'spare' then
  count('s' .. SEP .. id, 1)
  how = is_unspared(id) and 'defer' or 'leave'
end
if how ~= 'defer' then -- given back unworked, or left to another worker: no attempt
  call('HINCRBY', K.attempts, id, -1)
end
if how == 'release' then
  come_again(id)
else
  call('ZADD', K.later, now + tonumber(ARGV[6]), id)
end
return 1
