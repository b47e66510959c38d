-- Keeps what was shown of a job's place, while there is such a job: it goes with it.
--
-- ARGV  3 job id  4 the words
-- Answers 1, or 0 if there is no such job.

if call('HEXISTS', K.jobs, ARGV[3]) == 0 then
  return 0
end
call('HSET', K.said, ARGV[3], ARGV[4])
return 1
