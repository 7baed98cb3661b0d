-- SPDX-License-Identifier: Apache-2.0
-- Reads values. KEYS: values. ARGV: keys, or none for all: then what has expired is removed, as nobody may name it again.
-- Returns key, number, stamp, whether there is a value, value of each that is there.
local entries = {}
if #ARGV == 0 then
  entries = redis.call('HGETALL', KEYS[1])
else
  for i, entry in ipairs(redis.call('HMGET', KEYS[1], unpack(ARGV))) do
    entries[2 * i - 1] = ARGV[i]
    entries[2 * i] = entry
  end
end
local now = millis()
local reply = {}
local expired = {}
for i = 1, #ARGV == 0 and #entries or 2 * #ARGV, 2 do
  local number, stamp, expires, rest
  if entries[i + 1] then
    number, stamp, expires, rest = string.match(entries[i + 1], '^(%d+) (%w+) (%d+)(.*)$')
  end
  if number and (expires == '0' or now < tonumber(expires)) then
    reply[#reply + 1] = entries[i]
    reply[#reply + 1] = number
    reply[#reply + 1] = stamp
    reply[#reply + 1] = rest == '' and '0' or '1'
    reply[#reply + 1] = string.sub(rest, 2)
  elseif number and #ARGV == 0 and #expired < 1000 then
    expired[#expired + 1] = entries[i]
  end
end
if #expired > 0 then
  redis.pcall('HDEL', KEYS[1], unpack(expired)) -- where nothing can be written, it is read all the same
end
return reply
