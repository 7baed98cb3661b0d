-- SPDX-License-Identifier: Apache-2.0
-- Reads a page. KEYS: meta, log. ARGV: epoch and offset to read after ('' for the newest), limit, bytes.
-- Returns epoch, head, recovered, more, then offset, time and payload of each publication, ascending.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'head', 'age')
local after = tonumber(ARGV[2])
local newest = ARGV[1] == ''
if not meta[1] then
  return {'', '0', newest and '1' or '0', '0'}
end
local head = tonumber(meta[2])
if not newest and (ARGV[1] ~= meta[1] or after > head) then
  return {meta[1], meta[2], '0', '0'}
end

local age = tonumber(meta[3] or 0)
local tooOld = age > 0 and millis() - age or -1
local limit = tonumber(ARGV[3])
local maxBytes = tonumber(ARGV[4])
local page = {}
local bytes = 0
local full = false
local from = newest and '+' or text(after + 1)
while not full do
  local chunk
  if newest then
    chunk = redis.call('XREVRANGE', KEYS[2], from, '-', 'COUNT', 17)
  else
    chunk = redis.call('XRANGE', KEYS[2], from, '+', 'COUNT', 17)
  end
  for _, entry in ipairs(chunk) do
    local offset, time = string.match(entry[1], '^(%d+)-(%d+)$')
    if tonumber(time) > tooOld then
      local payload = entry[2][2]
      bytes = bytes + #payload
      if #page == limit or (#page > 0 and bytes > maxBytes) then
        full = true
        break
      end
      page[#page + 1] = {offset, time, payload}
    end
    from = text(tonumber(offset) + (newest and -1 or 1))
  end
  if #chunk < 17 then
    break
  end
end

local recovered = newest or after == head
local more = full
if not newest then
  recovered = after == head or (#page > 0 and tonumber(page[1][1]) == after + 1)
  more = #page > 0 and tonumber(page[#page][1]) < head
end
local reply = {meta[1], meta[2], recovered and '1' or '0', more and '1' or '0'}
for i = 1, #page do
  local entry = page[newest and #page + 1 - i or i]
  reply[#reply + 1] = entry[1]
  reply[#reply + 1] = entry[2]
  reply[#reply + 1] = entry[3]
end
return reply
