-- SPDX-License-Identifier: Apache-2.0
-- Removes names that still have their tokens. KEYS: names, tokens. ARGV: name, token of each.
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[i + 1] then
    redis.call('ZREM', KEYS[1], ARGV[i])
    redis.call('HDEL', KEYS[2], ARGV[i])
  end
end
return {'1'}
