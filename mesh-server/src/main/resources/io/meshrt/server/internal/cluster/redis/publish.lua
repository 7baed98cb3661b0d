-- SPDX-License-Identifier: Apache-2.0
-- Publishes in order, each once per id. KEYS: meta, log, ids. ARGV: channel, new epoch; then for each
-- publication: numbered, size, age, id, payload. Returns epoch and offset of each.
local PUBLICATIONS = 3
local s = {meta = KEYS[1], log = KEYS[2], ids = KEYS[3], channel = ARGV[1]}
local reply = {}
for i = PUBLICATIONS, #ARGV, 5 do
  if ARGV[i + 3] ~= '' then
    redis.call('ZCARD', s.ids)
  end
end
for i = PUBLICATIONS, #ARGV, 5 do
  local m = {
    epoch = ARGV[2],
    numbered = ARGV[i],
    size = ARGV[i + 1],
    age = ARGV[i + 2],
    id = ARGV[i + 3],
    payload = ARGV[i + 4]
  }
  local epoch, offset = accepted(s, m.id)
  if not epoch then
    epoch, offset = append(s, m)
  end
  reply[#reply + 1] = epoch
  reply[#reply + 1] = offset
end
return reply
