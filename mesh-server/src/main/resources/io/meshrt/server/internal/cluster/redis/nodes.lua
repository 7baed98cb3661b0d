-- SPDX-License-Identifier: Apache-2.0
-- Returns the name and the rest of the lease of every node. KEYS: nodes.
local now = millis()
local reply = {}
local nodes = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #nodes, 2 do
  reply[#reply + 1] = nodes[i]
  reply[#reply + 1] = text(math.max(tonumber(nodes[i + 1]) - now, 0))
end
return reply
