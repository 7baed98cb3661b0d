-- SPDX-License-Identifier: Apache-2.0
-- Makes a member join. KEYS: members, values, events' meta.
-- ARGV: channel, new epoch, member, owner, whether there is a value, value, stamp. Returns 1 if it was not there.
local events = {meta = KEYS[3], channel = ARGV[1], epoch = ARGV[2]}
local member = ARGV[3]
local present = redis.call('HEXISTS', KEYS[1], member) == 1
local number, stamp, has, value = attached(redis.call('HGET', KEYS[2], member))
redis.call('HLEN', KEYS[3])

redis.call('HSET', KEYS[1], member, ARGV[4])
if ARGV[5] == '1' then
  number, stamp, has, value = text(number + 1), ARGV[7], '1', ARGV[6]
  redis.call('HSET', KEYS[2], member, number .. ' ' .. stamp .. ' ' .. value)
end
if not present then
  announce(events, 'J', member, ARGV[4], number, stamp, has == '1' and value or nil)
end
return {present and '0' or '1'}
