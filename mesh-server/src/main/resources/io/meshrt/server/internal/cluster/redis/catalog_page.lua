-- SPDX-License-Identifier: Apache-2.0
-- Reads names in order. KEYS: names, tokens. ARGV: lowest and highest as ZRANGEBYLEX takes them, how many.
-- Returns name, token and age in ms of each.
local now = millis()
local names = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])
local reply = {}
for _, name in ipairs(names) do
  local token = redis.call('HGET', KEYS[2], name) or ''
  local time = string.match(token, '^(%d+)-')
  reply[#reply + 1] = name
  reply[#reply + 1] = token
  reply[#reply + 1] = text(now - tonumber(time or now))
end
return reply
