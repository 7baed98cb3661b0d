-- SPDX-License-Identifier: Apache-2.0
-- Publishes once per id. KEYS: meta, log, ids. ARGV: channel, new epoch, numbered, size, age, id, payload.
local s = {meta = KEYS[1], log = KEYS[2], ids = KEYS[3], channel = ARGV[1]}
local m = {
  epoch = ARGV[2], numbered = ARGV[3], size = ARGV[4], age = ARGV[5], id = ARGV[6], payload = ARGV[7]
}
local epoch, offset = accepted(s, m.id)
if not epoch then
  epoch, offset = append(s, m)
end
return {epoch, offset}
