#!lua name=lightwire_streams_v1
-- build 1
-- Read, decide, commit: the half of a stage that must be atomic. Loaded once by `lightwire migrate`.
-- Redis does not roll back a function that fails half-way, so whatever could fail is looked at before the first write.

local PARKED = '_parked'

local function kind(key)
  return redis.call('TYPE', key)['ok']
end

local function clock()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

-- Who holds this entry in the group's pending list, and how often it was delivered; nil: nobody, it is finished.
local function held(stream, group, id)
  local ok, rows = pcall(redis.call, 'XPENDING', stream, group, id, id, 1)
  if not ok or rows['err'] or #rows == 0 then return nil end
  return rows[1][2], rows[1][4]
end

-- Versions are "revision.seq". A revision has up to 19 digits, more than a Lua number holds: digits are compared.
local function digits_newer(a, b)
  if #a ~= #b then return #a > #b end
  return a > b
end

local function newer(a, b)
  if b == '' then return true end
  local ar, as = string.match(a, '^(%d+)%.(%d+)$')
  local br, bs = string.match(b, '^(%d+)%.(%d+)$')
  if ar ~= br then return digits_newer(ar, br) end
  return digits_newer(as, bs)
end

local SHAPE = {                   -- operation → type its key must have, arguments before any that repeat, does it repeat
  add = {'stream', 0, true},      -- add KEY n field value ...
  order = {'string', 1, false},   -- order KEY version
  save = {'hash', 2, true},       -- save KEY expected version n field value ...
  unset = {'hash', 0, true},      -- unset KEY n field ...
  put = {'hash', 0, true},        -- put KEY n field value ...
  blob = {'string', 2, false},    -- blob KEY milliseconds-or-0 value
  later = {'zset', 2, false},     -- later KEY milliseconds member
  index = {'zset', 3, false},     -- index KEY score keep member
  unindex = {'zset', 1, false},   -- unindex KEY member
  expire = {'any', 1, false},     -- expire KEY milliseconds
  drop = {'any', 0, false},       -- drop KEY
}
local NUMBERS = {later = 1, index = 2, expire = 1, blob = 1}   -- how many of the first arguments are numbers
local VERSION = {order = 1, save = 2}                          -- which argument is a version
local NEEDS_FIELDS = {add = true, put = true}

local function count_at(args, at)
  local n = tonumber(args[at])
  if n == nil then error(args[at] == nil and 'too few arguments' or 'argument ' .. at .. ' is not a count', 0) end
  return n
end

-- Look at every operation before the first is applied. Operations stay where they are in args: this returns, per
-- entry, where its operations begin (name, key, arguments, and for those that repeat a count and the values), or
-- what is wrong with a key. An error where the arguments do not fit.
local function examine(keys, args)
  local at, kinds, entries = 3, {}, {}
  for i = 1, count_at(args, 2) do
    local entry = {id = args[at]}
    local ops = count_at(args, at + 1)
    at = at + 2
    for j = 1, ops do
      entry[j] = at
      local name, key = args[at], keys[tonumber(args[at + 1])]
      local shape = SHAPE[name]
      if not shape then error('no such operation: ' .. tostring(name), 0) end
      if not key then error('no such key for ' .. name, 0) end
      local now = kinds[key]
      if not now then
        now = kind(key)
        if now == 'none' and shape[1] ~= 'any' then now = shape[1] end
        kinds[key] = now
      end
      if now ~= shape[1] and shape[1] ~= 'any' then
        if now == 'none' then kinds[key] = shape[1]
        else entry.wrong = entry.wrong or 'WRONGTYPE ' .. key .. ' is a ' .. now .. ', not a ' .. shape[1] end
      end
      for k = 1, NUMBERS[name] or 0 do
        if not tonumber(args[at + 1 + k]) then error(name .. ' needs a number: ' .. tostring(args[at + 1 + k]), 0) end
      end
      local version = VERSION[name]
      if version and not string.find(args[at + 1 + version] or '', '^%d+%.%d+$') then error('no version for ' .. name, 0) end
      at = at + 2 + shape[2]
      if shape[3] then
        local n = count_at(args, at)
        if n < 0 or n > 4000 or n ~= math.floor(n) then error(name .. ' has no room for so many values', 0) end
        if n % 2 == 1 and name ~= 'unset' then error(name .. ' needs pairs', 0) end
        if n == 0 and NEEDS_FIELDS[name] then error(name .. ' needs fields', 0) end
        at = at + 1 + n
      end
      if at - 1 > #args then error('too few arguments', 0) end
    end
    entries[i] = entry
  end
  if at - 1 ~= #args then error('too many or too few arguments', 0) end
  return entries
end

local function rest(args, at)                  -- the values of a repeating operation whose count stands at `at`
  return unpack(args, at + 1, at + tonumber(args[at]))
end

local APPLY = {                                -- at: where the arguments after the key begin
  add = function(key, args, at) redis.call('XADD', key, '*', rest(args, at)) end,
  order = function(key, args, at) redis.call('SET', key, args[at]) end,
  save = function(key, args, at) redis.call('HSET', key, 'version', args[at + 1], rest(args, at + 2)) end,
  unset = function(key, args, at) if args[at] ~= '0' then redis.call('HDEL', key, rest(args, at)) end end,
  put = function(key, args, at) redis.call('HSET', key, rest(args, at)) end,
  blob = function(key, args, at)
    if args[at] == '0' then redis.call('SET', key, args[at + 1])
    else redis.call('SET', key, args[at + 1], 'PX', args[at]) end
  end,
  later = function(key, args, at) redis.call('ZADD', key, args[at], args[at + 1]) end,
  index = function(key, args, at)
    redis.call('ZADD', key, args[at], args[at + 2])
    redis.call('ZREMRANGEBYRANK', key, 0, -1 - tonumber(args[at + 1]))
  end,
  unindex = function(key, args, at) redis.call('ZREM', key, args[at]) end,
  expire = function(key, args, at) redis.call('PEXPIRE', key, args[at]) end,
  drop = function(key) redis.call('UNLINK', key) end,
}

-- OK: committed. GONE: finished by somebody else. STALE: what the decision read has changed. SUPERSEDED: a newer
-- revision has passed already, so this entry is finished and says nothing.
-- missed: records that an earlier entry of this call was to move on and did not. What was built on that move must be
-- decided again, even where somebody else has meanwhile reached the very version it counted on.
local function commit_one(stream, group, entry, keys, args, missed)
  local superseded = false
  for _, at in ipairs(entry) do
    local name = args[at]
    if name == 'save' then
      local stored = redis.call('HGET', keys[tonumber(args[at + 1])], 'version') or ''
      if missed[args[at + 1]] or stored ~= args[at + 2] or not newer(args[at + 3], stored) then
        if held(stream, group, entry.id) then return 'STALE' end
        return 'GONE'
      end
    elseif name == 'order' then
      local stored = redis.call('GET', keys[tonumber(args[at + 1])]) or ''
      if not newer(args[at + 2], stored) then superseded = true end
    end
  end
  -- Being pending is the fence: whoever acknowledges the cause publishes its effects, once.
  local acknowledged = redis.call('XACK', stream, group, entry.id)
  if acknowledged ~= 1 then return 'GONE' end
  if superseded then return 'SUPERSEDED' end
  for _, at in ipairs(entry) do APPLY[args[at]](keys[tonumber(args[at + 1])], args, at + 2) end
  return 'OK'
end

-- KEYS: the stream that was read, then every key an operation names. ARGV: group, count, entries (see examine).
local function commit(keys, args)
  local ok, entries = pcall(examine, keys, args)
  if not ok then return redis.error_reply('LIGHTWIRE ' .. tostring(entries)) end
  if kind(keys[1]) ~= 'stream' and kind(keys[1]) ~= 'none' then
    return redis.error_reply('LIGHTWIRE ' .. keys[1] .. ' is not a stream')
  end
  local answers, missed = {}, {}
  for i, entry in ipairs(entries) do
    if not entry.wrong then answers[i] = commit_one(keys[1], args[1], entry, keys, args, missed)
    elseif held(keys[1], args[1], entry.id) then answers[i] = entry.wrong
    else answers[i] = 'GONE' end
    if answers[i] ~= 'OK' then
      for _, at in ipairs(entry) do
        if args[at] == 'save' then missed[args[at + 1]] = true end
      end
    end
  end
  return answers
end

-- Hand entries to the pseudo-consumer that nobody reads as, until each is due again.
-- KEYS: stream, due, why. ARGV: group, then per entry: id, attempts, delay in ms, what went wrong.
local function park(keys, args)
  local now, parked = clock(), 0
  for at = 2, #args, 4 do
    local id = args[at]
    if held(keys[1], args[1], id) then
      redis.call('XCLAIM', keys[1], args[1], PARKED, 0, id, 'RETRYCOUNT', args[at + 1], 'JUSTID')
      redis.call('ZADD', keys[2], now + tonumber(args[at + 2]), id)
      if args[at + 3] ~= '' then redis.call('HSET', keys[3], id, args[at + 3]) end
      parked = parked + 1
    end
  end
  return parked
end

-- Take up to count entries that are due again, or that a worker has left lying for min_idle milliseconds.
-- KEYS: stream, due, why. ARGV: group, consumer, min_idle, count. Returns {{id, attempts, {field, value, ...}}, ...}
-- and the ids whose entries are gone from the stream.
local function claim_due(keys, args)
  local stream, group, consumer = keys[1], args[1], args[2]
  local min_idle, room, now = tonumber(args[3]), tonumber(args[4]), clock()
  local taken, lost = {}, {}
  local function take(id, attempts)
    local rows = redis.call('XCLAIM', stream, group, consumer, 0, id, 'RETRYCOUNT', attempts)
    if #rows == 1 and rows[1] and rows[1][2] then taken[#taken + 1] = {id, attempts, rows[1][2]}
    else
      redis.call('XACK', stream, group, id)
      lost[#lost + 1] = id
    end
    room = room - 1
  end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', keys[2], '-inf', now, 'LIMIT', 0, room)) do
    local owner, deliveries = held(stream, group, id)
    redis.call('ZREM', keys[2], id)
    redis.call('HDEL', keys[3], id)
    if owner == PARKED then take(id, deliveries + 1) end
  end
  local parked = 0
  for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
    local name, pending = row[2], row[4]
    if name == PARKED then parked = pending
    elseif pending > 0 and room > 0 then
      for _, p in ipairs(redis.call('XPENDING', stream, group, 'IDLE', min_idle, '-', '+', room, name)) do
        take(p[1], p[4] + 1)
      end
    end
  end
  -- Parked without an alarm (somebody deleted the set): without this it would lie there for ever.
  if parked > 0 and redis.call('ZCARD', keys[2]) == 0 then
    for _, p in ipairs(redis.call('XPENDING', stream, group, '-', '+', 1000, PARKED)) do
      redis.call('ZADD', keys[2], now, p[1])
    end
  end
  return {taken, lost}
end

-- Keep what is still in work from being claimed. KEYS: stream. ARGV: group, consumer, ids. Attempts stay as they are.
local function renew(keys, args)
  local kept = 0
  for at = 3, #args do
    local owner, deliveries = held(keys[1], args[1], args[at])
    if owner == args[2] then
      redis.call('XCLAIM', keys[1], args[1], args[2], 0, args[at], 'RETRYCOUNT', deliveries, 'JUSTID')
      kept = kept + 1
    end
  end
  return kept
end

-- Move what has come due into its stream. KEYS: later, stream. ARGV: count.
local function release(keys, args)
  local due = redis.call('ZRANGEBYSCORE', keys[1], '-inf', clock(), 'LIMIT', 0, args[1])
  for _, event in ipairs(due) do
    redis.call('XADD', keys[2], '*', 'event', event)
    redis.call('ZREM', keys[1], event)
  end
  return #due
end

-- Remove names of workers that are gone; one with pending entries stays, for its entries would be lost with it.
-- KEYS: stream. ARGV: group, min_idle, the name that leaves now (or '').
local function reap(keys, args)
  local reaped = 0
  for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', keys[1], args[1])) do
    local name, pending, idle = row[2], row[4], row[6]
    if pending == 0 and name ~= PARKED and (name == args[3] or idle >= tonumber(args[2])) then
      redis.call('XGROUP', 'DELCONSUMER', keys[1], args[1], name)
      reaped = reaped + 1
    end
  end
  return reaped
end

local function before(a, b)
  local am, as = string.match(a, '^(%d+)%-(%d+)$')
  local bm, bs = string.match(b, '^(%d+)%-(%d+)$')
  if am ~= bm then return digits_newer(bm, am) end
  return digits_newer(bs, as)
end

-- Forget what every group has acknowledged and retention has passed. KEYS: stream. ARGV: retention in ms, groups
-- that must exist (0 for a stream that channels read by cursors of their own). Returns how many entries went.
local function trim_acked(keys, args)
  if kind(keys[1]) ~= 'stream' then return 0 end
  local groups = redis.call('XINFO', 'GROUPS', keys[1])
  if #groups < tonumber(args[2]) then return 0 end
  local upto = string.format('%.0f', math.max(0, clock() - tonumber(args[1]))) .. '-0'
  for _, row in ipairs(groups) do
    local group = {}
    for i = 1, #row, 2 do group[row[i]] = row[i + 1] end
    local first = group['last-delivered-id']
    if group['pending'] > 0 then first = redis.call('XPENDING', keys[1], group['name'])[2] end
    if before(first, upto) then upto = first end
  end
  return redis.call('XTRIM', keys[1], 'MINID', '~', upto)
end

-- A person's act, once: the chain of audit records must still end where the person saw it end.
-- KEYS: head, audit, then streams. ARGV: expected head, new head, audit event, then per act: 'drop', key index, id;
-- or 'move', key index, id, target index, n, field, value, ... Returns STALE, or how many entries were still there.
local function act(keys, args)
  if (redis.call('GET', keys[1]) or '') ~= args[1] then return 'STALE' end
  local acts, at, done = {}, 4, 0
  while at <= #args do
    local act = {move = args[at] == 'move', stream = keys[tonumber(args[at + 1])], id = args[at + 2]}
    at = at + 3
    if act.move then
      act.target, act.fields = keys[tonumber(args[at])], {}
      local n = tonumber(args[at + 1])
      for i = 1, n do act.fields[i] = args[at + 1 + i] end
      at = at + 2 + n
      if kind(act.target) ~= 'stream' and kind(act.target) ~= 'none' then
        return redis.error_reply('LIGHTWIRE ' .. act.target .. ' is not a stream')
      end
    end
    acts[#acts + 1] = act
  end
  for _, act in ipairs(acts) do
    if redis.call('XDEL', act.stream, act.id) == 1 then
      if act.move then redis.call('XADD', act.target, '*', unpack(act.fields)) end
      done = done + 1
    end
  end
  redis.call('SET', keys[1], args[2])
  redis.call('XADD', keys[2], '*', 'event', args[3])
  return done
end

-- Draining a full Redis must stay possible, or it never empties; the door (a plain XADD) is refused by the server.
local function register(name, callback)
  redis.register_function{function_name = name, callback = callback, flags = {'allow-oom'}}
end

register('lightwire_commit_v1', commit)
register('lightwire_park_v1', park)
register('lightwire_claim_due_v1', claim_due)
register('lightwire_renew_v1', renew)
register('lightwire_release_v1', release)
register('lightwire_reap_v1', reap)
register('lightwire_trim_acked_v1', trim_acked)
register('lightwire_act_v1', act)
