-- SPDX-License-Identifier: Apache-2.0
-- Which process answers, '' if nobody may ask. KEYS: none that exists; deleting it fails on a
-- replica, which is not what is asked for.
redis.call('DEL', KEYS[1])
local info = redis.pcall('INFO', 'server')
return {type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''}
