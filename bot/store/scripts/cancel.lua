-- Takes a job out of the queue: at once where it waits, else its worker is to hear of it.
--
-- ARGV  3 job id
-- Answers 0 if there is no such job, 1 if it waited, 2 if a worker has it.

local id = ARGV[3]
if call('HEXISTS', K.jobs, id) == 0 then
  return 0
end
if call('HEXISTS', K.holders, id) == 1 then
  call('HSET', K.cancels, id, now)
  return 2
end
end_of(id, 0)
return 1
