-- SPDX-License-Identifier: Apache-2.0
-- Tells the tokens of names. KEYS: tokens. ARGV: names. Returns name and token of each that is there.
local reply = {}
for i, token in ipairs(redis.call('HMGET', KEYS[1], unpack(ARGV))) do
  if token then
    reply[#reply + 1] = ARGV[i]
    reply[#reply + 1] = token
  end
end
return reply
