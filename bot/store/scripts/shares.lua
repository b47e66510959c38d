-- Reads and changes what guilds may have; it holds from the next lease on.
--
-- ARGV  3 "read"; or "change": 4 guild or "default", then pairs: name, value or "" to have it as by default
-- Answers, for "read", a JSON object: what is set, and each guild that has rounds or something set.

if ARGV[3] == 'change' then
  for i = 5, #ARGV, 2 do
    local name = ARGV[4] .. ':' .. ARGV[i]
    if ARGV[i + 1] == '' then
      call('HDEL', K.shares, name)
    else
      call('HSET', K.shares, name, ARGV[i + 1])
    end
  end
  for _, guild in ipairs(call('ZRANGE', K.parked, 0, -1)) do
    unpark(guild) -- the next lease looks at each anew
  end
  for _, guild in ipairs(call('ZRANGE', K.held, 0, -1)) do
    if call('HEXISTS', K.shares, guild .. ':paused') == 0 then
      local counter = tonumber(call('ZSCORE', K.held, guild))
      call('ZREM', K.held, guild)
      join(guild, counter) -- lifted like one that comes: a pause banks nothing
    end
  end
  ring()
  return ''
end

local guilds = {}
local function note(guild, name, value)
  guilds[guild] = guilds[guild] or {waiting = 0, flying = 0, set = {}}
  if name then
    guilds[guild][name] = value
  end
  return guilds[guild]
end
local set = call('HGETALL', K.shares)
local default = {}
for i = 1, #set, 2 do
  local guild, name = string.match(set[i], '^(.*):(.-)$')
  if guild == 'default' then
    default[name] = tonumber(set[i + 1])
  else
    note(guild).set[name] = tonumber(set[i + 1])
  end
end
local counts = call('HGETALL', K.counts)
for i = 1, #counts, 2 do
  local what, guild, more = string.match(counts[i], '^([wf])%z([^%z]*)(.*)$')
  if what and more == '' then
    note(guild, what == 'w' and 'waiting' or 'flying', tonumber(counts[i + 1]))
  end
end
local base = floor()
for guild, known in pairs(guilds) do
  local key, counter = active(guild)
  known.ahead = (counter or tonumber(call('ZSCORE', K.idle, guild)) or base) - base
end
if next(guilds) == nil then
  guilds = cjson.decode('{}')
end
return cjson.encode({
  default = default, guilds = guilds, flying = counted('f'), tokens = counted('tokens'),
  waiting = call('ZCARD', K.ready) + call('ZCARD', K.later),
})
