-- SPDX-License-Identifier: Apache-2.0
-- Publishes a change of a group, encoded as MemberEvent reads it. events: meta, channel, epoch.
local function announce(events, letter, member, owner, number, stamp, value)
  local payload = letter .. ' ' .. owner .. ' ' .. number .. ' ' .. stamp .. ' ' .. #member .. ' ' .. member
  if value then
    payload = payload .. ' ' .. value
  end
  append({meta = events.meta, channel = events.channel}, {
    epoch = events.epoch, numbered = '1', size = '0', age = '0', id = '', payload = payload
  })
end

-- Number, stamp, whether there is a value, value of what is attached to a member.
local function attached(entry)
  if not entry then
    return '0', '', '0', ''
  end
  local number, stamp, rest = string.match(entry, '^(%d+) (%w+)(.*)$')
  return number, stamp, rest == '' and '0' or '1', string.sub(rest, 2)
end
