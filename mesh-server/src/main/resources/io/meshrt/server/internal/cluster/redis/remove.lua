-- SPDX-License-Identifier: Apache-2.0
-- Removes members, and announces those that were there. KEYS: members, values, events' meta.
-- ARGV: channel, new epoch, owner ('' for any), members. Returns member and owner of each removed.
local events = {meta = KEYS[3], channel = ARGV[1], epoch = ARGV[2]}
redis.call('HLEN', KEYS[2])
redis.call('HLEN', KEYS[3])
local removed = {}
for i = 4, #ARGV do
  local member = ARGV[i]
  local owner = redis.call('HGET', KEYS[1], member)
  if owner and (ARGV[3] == '' or ARGV[3] == owner) then
    local number, stamp = attached(redis.call('HGET', KEYS[2], member))
    redis.call('HDEL', KEYS[1], member)
    redis.call('HDEL', KEYS[2], member)
    announce(events, 'L', member, owner, number, stamp, nil)
    removed[#removed + 1] = member
    removed[#removed + 1] = owner
  end
end
return removed
