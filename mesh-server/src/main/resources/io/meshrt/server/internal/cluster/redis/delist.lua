-- SPDX-License-Identifier: Apache-2.0
-- Forgets groups that were noted too long ago for a join to be under way. KEYS: shard of the directory.
-- ARGV: age in ms, groups.
local limit = millis() - tonumber(ARGV[1])
for i = 2, #ARGV do
  local noted = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if noted and tonumber(noted) < limit then
    redis.call('ZREM', KEYS[1], ARGV[i])
  end
end
return {'1'}
