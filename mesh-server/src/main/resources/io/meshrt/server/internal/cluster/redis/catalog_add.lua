-- SPDX-License-Identifier: Apache-2.0
-- Adds names under tokens that tell the time. KEYS: names, tokens. ARGV: something used once, names.
redis.call('HLEN', KEYS[2])
redis.call('ZCARD', KEYS[1])
local token = text(millis()) .. '-' .. ARGV[1]
for i = 2, #ARGV do
  redis.call('HSET', KEYS[2], ARGV[i], token)
  redis.call('ZADD', KEYS[1], 0, ARGV[i])
end
return {'1'}
