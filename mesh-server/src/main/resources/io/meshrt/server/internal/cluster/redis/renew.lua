-- SPDX-License-Identifier: Apache-2.0
-- Renews a lease, also one that ran out unless someone has begun to reap. KEYS: nodes. ARGV: node,
-- lease in ms. Returns whether it holds.
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not ends or tonumber(ends) <= 0 then
  return {'0'}
end
redis.call('ZADD', KEYS[1], text(millis() + tonumber(ARGV[2])), ARGV[1])
return {'1'}
