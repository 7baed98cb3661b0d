-- SPDX-License-Identifier: Apache-2.0
-- Begins a life of a node. KEYS: nodes. ARGV: node, lease in ms, earlier life to be reaped, again if
-- it was before ('' for none).
local now = millis()
redis.call('ZADD', KEYS[1], text(now + tonumber(ARGV[2])), ARGV[1])
if ARGV[3] ~= '' then
  -- Another number than that of an earlier claim, so that whoever reaps now does not forget it.
  redis.call('ZADD', KEYS[1], text(-now), ARGV[3])
end
return {'1'}
