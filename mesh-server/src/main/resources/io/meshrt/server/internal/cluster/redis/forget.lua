-- SPDX-License-Identifier: Apache-2.0
-- Forgets a life that was reaped, unless it has to be reaped again. KEYS: nodes. ARGV: node, mark of its end.
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if ends and text(tonumber(ends)) == ARGV[2] then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return {'1'}
