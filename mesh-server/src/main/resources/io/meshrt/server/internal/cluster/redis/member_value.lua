-- SPDX-License-Identifier: Apache-2.0
-- Changes what is attached to a member. KEYS: members, values, events' meta.
-- ARGV: channel, new epoch, member, expected number (-1: any), expected stamp, whether there is a value,
-- value, new stamp, silent, owners known to live.
-- Returns changed, conflict, none or unknown (the owner may be dead), owner; then number, stamp, whether
-- there is a value, value.
local events = {meta = KEYS[3], channel = ARGV[1], epoch = ARGV[2]}
local member = ARGV[3]
local owner = redis.call('HGET', KEYS[1], member)
local number, stamp, has, value = attached(redis.call('HGET', KEYS[2], member))
redis.call('HLEN', KEYS[3])
if not owner then
  return {'none', '', '0', '', '0', ''}
end
local live = false
for i = 10, #ARGV do
  live = live or ARGV[i] == owner
end
if not live then
  return {'unknown', owner, '0', '', '0', ''}
end
if ARGV[4] ~= '-1' and (ARGV[4] ~= number or ARGV[5] ~= stamp) then
  return {'conflict', owner, number, stamp, has, value}
end

number, stamp, has, value = text(number + 1), ARGV[8], ARGV[6], ARGV[7]
redis.call('HSET', KEYS[2], member, number .. ' ' .. stamp .. (has == '1' and ' ' .. value or ''))
if ARGV[9] == '0' then
  announce(events, 'C', member, owner, number, stamp, has == '1' and value or nil)
end
return {'changed', owner, number, stamp, has, value}
