-- SPDX-License-Identifier: Apache-2.0
-- Checks all, writes all, publishes. KEYS: values, meta, log, ids.
-- ARGV: whether to publish, channel, new epoch, numbered, size, age, id, payload; channel of a notice or '', its
-- payload; then for each write: key, expected number (-1: any), expected stamp, 0 (remove), 1 (put) or 2 (only
-- check), value, ttl, new stamp, new number (0: the next).
-- Returns 1 (written), 2 (written before, under the same id) or 0 (conflict), epoch, offset; then for
-- each write: number, stamp, whether there is a value, and the value; after 1 the numbers of what was not only checked.
local WRITES = 11
local SIZE = 8
local s = {meta = KEYS[2], log = KEYS[3], ids = KEYS[4], channel = ARGV[2]}
local m = {
  epoch = ARGV[3], numbered = ARGV[4], size = ARGV[5], age = ARGV[6], id = ARGV[7], payload = ARGV[8]
}
local now = millis()
local left = redis.call('PTTL', KEYS[1])
local current = {}
local conflict = false
for i = WRITES, #ARGV, SIZE do
  local number, stamp, expires, rest = '0', '', '0', ''
  local entry = redis.call('HGET', KEYS[1], ARGV[i])
  if entry then
    number, stamp, expires, rest = string.match(entry, '^(%d+) (%w+) (%d+)(.*)$')
    if expires ~= '0' and now >= tonumber(expires) then
      number, stamp, rest = '0', '', ''
    end
  end
  current[#current + 1] = number
  current[#current + 1] = stamp
  current[#current + 1] = rest == '' and '0' or '1'
  current[#current + 1] = string.sub(rest, 2)
  if ARGV[i + 1] ~= '-1' and (ARGV[i + 1] ~= number or ARGV[i + 2] ~= stamp) then
    conflict = true
  end
end

local epoch, offset = '', '0'
if ARGV[1] == '1' then
  epoch, offset = accepted(s, m.id)
  if epoch then
    return {'2', epoch, offset, unpack(current)}
  end
  redis.call('HLEN', s.meta)
  redis.call('XLEN', s.log)
end
if conflict then
  return {'0', '', '0', unpack(current)}
end

local reply = {'1', '', '0'}
local longest = 0
local forever = false
for i = WRITES, #ARGV, SIZE do
  local number = current[4 * (i - WRITES) / SIZE + 1]
  local ttl = tonumber(ARGV[i + 5])
  if ARGV[i + 3] == '0' and ttl == 0 then
    redis.call('HDEL', KEYS[1], ARGV[i])
  elseif ARGV[i + 3] ~= '2' then
    if ARGV[i + 3] == '1' then
      number = text(tonumber(number) + 1)
    end
    if ARGV[i + 7] ~= '0' then
      number = ARGV[i + 7]
    end
    local expires = ttl == 0 and '0' or text(now + ttl)
    local rest = ARGV[i + 3] == '1' and ' ' .. ARGV[i + 4] or ''
    redis.call('HSET', KEYS[1], ARGV[i], number .. ' ' .. ARGV[i + 6] .. ' ' .. expires .. rest)
    longest = math.max(longest, ttl)
    forever = forever or ttl == 0
  end
  if ARGV[i + 3] ~= '2' then
    reply[#reply + 1] = number
  end
end
-- The hash lives as long as its longest living value; one that lives for ever keeps it for ever.
if forever then
  redis.call('PERSIST', KEYS[1])
elseif left ~= -1 and longest > 0 then
  redis.call('PEXPIRE', KEYS[1], text(math.max(left, longest)))
end
if ARGV[1] == '1' then
  reply[2], reply[3] = append(s, m)
end
if ARGV[9] ~= '' then
  redis.call('PUBLISH', ARGV[9], 'U' .. text(now) .. '\n' .. ARGV[10])
end
return reply
