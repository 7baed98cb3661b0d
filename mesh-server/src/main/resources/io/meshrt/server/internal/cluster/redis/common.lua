-- SPDX-License-Identifier: Apache-2.0
-- In front of every script. Reads come before writes everywhere: a key of a wrong type ends a script
-- while nothing has been written.

local MONTH_MILLIS = 30 * 24 * 3600 * 1000
local ID_LIFE_MILLIS = 60000
local MAX_IDS = 4096

local function millis()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Without an exponent, however large.
local function text(number)
  return string.format('%.0f', number)
end

-- Removes what is older than age from the beginning of a log; ids are offset-time.
local function trim(log, limit)
  local old = {}
  for _, entry in ipairs(redis.call('XRANGE', log, '-', '+', 'COUNT', 64)) do
    local time = tonumber(string.match(entry[1], '-(%d+)$'))
    if time > limit then
      break
    end
    old[#old + 1] = entry[1]
  end
  if #old > 0 then
    redis.call('XDEL', log, unpack(old))
  end
end

-- Publishes message m on stream s and returns its epoch and offset, '' and 0 without a number.
-- s: channel, meta; log if it may be kept; ids if it may have an id. m: epoch for a new stream,
-- numbered, size, age, id, payload.
local function append(s, m)
  local now = millis()
  local meta = redis.call('HMGET', s.meta, 'epoch', 'head', 'size', 'age')
  local epoch = meta[1]
  if not epoch and m.numbered == '0' and m.id == '' then
    redis.call('PUBLISH', s.channel, 'U' .. text(now) .. '\n' .. m.payload)
    return '', '0'
  end
  local offset = tonumber(meta[2] or 0) + 1
  local size = tonumber(m.numbered == '1' and m.size or meta[3] or 0)
  local age = tonumber(m.numbered == '1' and m.age or meta[4] or 0)
  local lastAge = tonumber(meta[4] or 0)
  local youngest = (lastAge > 0 and (age == 0 or lastAge < age)) and lastAge or age
  if s.log then
    redis.call('XLEN', s.log)
    if not epoch then
      redis.call('DEL', s.log)
    elseif youngest > 0 then
      trim(s.log, now - youngest) -- too old once, too old for ever
    end
  end
  epoch = epoch or m.epoch
  redis.call('HSET', s.meta, 'epoch', epoch, 'head', text(offset), 'size', text(size), 'age', text(age))
  if size > 0 and age == 0 then
    redis.call('PERSIST', s.meta)
  else
    redis.call('PEXPIRE', s.meta, text(MONTH_MILLIS + age))
  end
  if s.log and size > 0 then
    redis.call('XADD', s.log, 'MAXLEN', '=', text(size), text(offset) .. '-' .. text(now), 'p', m.payload)
    if age > 0 then
      redis.call('PEXPIRE', s.log, text(age))
    else
      redis.call('PERSIST', s.log)
    end
  elseif s.log then
    redis.call('DEL', s.log)
  end
  if m.id ~= '' then
    redis.call('ZADD', s.ids, text(offset), m.id)
    redis.call('ZREMRANGEBYRANK', s.ids, 0, -MAX_IDS - 1)
    redis.call('PEXPIRE', s.ids, ID_LIFE_MILLIS)
  end
  redis.call('PUBLISH', s.channel, 'N' .. epoch .. ' ' .. text(offset) .. ' ' .. text(now) .. '\n' .. m.payload)
  return epoch, text(offset)
end

-- Epoch and offset of an earlier publication under an id, or nothing.
local function accepted(s, id)
  if id == '' then
    return nil
  end
  local offset = redis.call('ZSCORE', s.ids, id)
  local epoch = redis.call('HGET', s.meta, 'epoch')
  if offset and epoch then
    return epoch, text(tonumber(offset))
  end
  return nil
end
