-- SPDX-License-Identifier: Apache-2.0
-- Notes that a group may have members from now on. KEYS: shard of the directory. ARGV: group.
redis.call('ZADD', KEYS[1], text(millis()), ARGV[1])
return {'1'}
