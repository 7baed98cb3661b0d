-- SPDX-License-Identifier: Apache-2.0
-- Reads members. KEYS: members, values, events' meta. ARGV: members, or none for all.
-- Returns epoch and head of the events; then member, owner, number, stamp, whether there is a value, value of each.
local meta = redis.call('HMGET', KEYS[3], 'epoch', 'head')
local reply = {meta[1] or '', meta[1] and meta[2] or '0'}
local function add(member, owner, entry)
  local number, stamp, has, value = attached(entry)
  for _, field in ipairs({member, owner, number, stamp, has, value}) do
    reply[#reply + 1] = field
  end
end
if #ARGV == 0 then
  local values = {}
  local flat = redis.call('HGETALL', KEYS[2])
  for i = 1, #flat, 2 do
    values[flat[i]] = flat[i + 1]
  end
  local members = redis.call('HGETALL', KEYS[1])
  for i = 1, #members, 2 do
    add(members[i], members[i + 1], values[members[i]])
  end
else
  local owners = redis.call('HMGET', KEYS[1], unpack(ARGV))
  local values = redis.call('HMGET', KEYS[2], unpack(ARGV))
  for i, member in ipairs(ARGV) do
    if owners[i] then
      add(member, owners[i], values[i])
    end
  end
end
return reply
