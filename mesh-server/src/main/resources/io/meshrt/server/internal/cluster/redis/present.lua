-- SPDX-License-Identifier: Apache-2.0
-- Compares what a listener has heard with the stream. If publications were forgotten, the stream gets
-- another epoch: its head is lower, it keeps another publication under a number that was heard, or the
-- listener knows. KEYS: meta, log. ARGV: epoch and highest offset known, new epoch, offset (0 for none)
-- and time of the last publication heard, whether it is known. Returns epoch and head.
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'head')
if meta[1] and meta[1] ~= ARGV[1] then
  return {meta[1], meta[2]}
end
local forgotten = not meta[1] or ARGV[6] == '1' or tonumber(meta[2]) < tonumber(ARGV[2])
if not forgotten and ARGV[4] ~= '0' then
  local kept = redis.call('XRANGE', KEYS[2], ARGV[4], ARGV[4])[1]
  forgotten = kept and kept[1] ~= ARGV[4] .. '-' .. ARGV[5]
end
if not forgotten then
  return {meta[1], meta[2]}
end
local head = meta[2] or '0'
redis.call('HSET', KEYS[1], 'epoch', ARGV[3], 'head', head)
if not meta[1] then
  redis.call('PEXPIRE', KEYS[1], text(MONTH_MILLIS))
end
return {ARGV[3], head}
