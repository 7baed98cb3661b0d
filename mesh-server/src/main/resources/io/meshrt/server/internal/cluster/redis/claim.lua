-- SPDX-License-Identifier: Apache-2.0
-- Ends a life that ran out, or any by force, so that its lease cannot be renewed. KEYS: nodes.
-- ARGV: node, by force. Returns the mark of its end, '' if it lives.
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not ends then
  return {''}
end
if tonumber(ends) > 0 then
  if ARGV[2] == '0' and tonumber(ends) > millis() then
    return {''}
  end
  redis.call('ZADD', KEYS[1], 0, ARGV[1])
  ends = '0'
end
return {text(tonumber(ends))}
