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

local SHAPE = {            -- operation → type its key must have, arguments before any that repeat
  add = {'stream', 0},     -- add KEY n field value ...
  order = {'string', 1},   -- order KEY version
  save = {'hash', 2},      -- save KEY expected version n field value ...
  unset = {'hash', 0},     -- unset KEY n field ...
  put = {'hash', 0},       -- put KEY n field value ...
  blob = {'string', 2},    -- blob KEY milliseconds-or-0 value
  later = {'zset', 2},     -- later KEY milliseconds member
  index = {'zset', 3},     -- index KEY score keep member
  unindex = {'zset', 1},   -- unindex KEY member
  expire = {'any', 1},     -- expire KEY milliseconds
  drop = {'any', 0},       -- drop KEY
}
local NUMBERS = {later = {1}, index = {1, 2}, expire = {1}, blob = {1}}
local REPEATS = {add = true, save = true, unset = true, put = true}

-- The operations of all entries, parsed and checked against shapes and types; an error string where they don't fit.
local function parse(keys, args)
  local at, kinds = 2, {}
  local function take()
    local value = args[at]
    if value == nil then error('too few arguments', 0) end
    at = at + 1
    return value
  end
  local function whole()
    local n = tonumber(take())
    if n == nil or n < 0 or n ~= math.floor(n) then error('argument ' .. (at - 1) .. ' is not a count', 0) end
    return n
  end
  local entries = {}
  for i = 1, whole() do
    local entry = {id = take(), ops = {}}
    for j = 1, whole() do
      local op = {name = take(), key = keys[whole()], args = {}}
      local shape = SHAPE[op.name]
      if not shape then error('no such operation: ' .. op.name, 0) end
      if not op.key then error('no such key for ' .. op.name, 0) end
      for k = 1, shape[2] do op.args[k] = take() end
      if REPEATS[op.name] then
        local n = whole()
        if n % 2 == 1 and op.name ~= 'unset' then error(op.name .. ' needs pairs', 0) end
        if n == 0 and (op.name == 'add' or op.name == 'put') then error(op.name .. ' needs fields', 0) end
        if n > 4000 then error(op.name .. ' has more than 4000 values', 0) end
        op.rest = {}
        for k = 1, n do op.rest[k] = take() end
      end
      if kinds[op.key] == nil then kinds[op.key] = kind(op.key) end
      local now = kinds[op.key]
      if shape[1] ~= 'any' and now ~= shape[1] then
        if now == 'none' then kinds[op.key] = shape[1]
        elseif not entry.wrong then entry.wrong = 'WRONGTYPE ' .. op.key .. ' is a ' .. now .. ', not a ' .. shape[1] end
      end
      if op.name == 'order' and not string.match(op.args[1], '^%d+%.%d+$') then error('no version: ' .. op.args[1], 0) end
      if op.name == 'save' and not string.match(op.args[2], '^%d+%.%d+$') then error('no version: ' .. op.args[2], 0) end
      for _, k in ipairs(NUMBERS[op.name] or {}) do
        if not tonumber(op.args[k]) then error(op.name .. ' needs a number, not ' .. op.args[k], 0) end
      end
      entry.ops[j] = op
    end
    entries[i] = entry
  end
  if args[at] ~= nil then error('too many arguments', 0) end
  return entries
end

local APPLY = {
  add = function(op) redis.call('XADD', op.key, '*', unpack(op.rest)) end,
  order = function(op) redis.call('SET', op.key, op.args[1]) end,
  save = function(op) redis.call('HSET', op.key, 'version', op.args[2], unpack(op.rest)) end,
  unset = function(op) if #op.rest > 0 then redis.call('HDEL', op.key, unpack(op.rest)) end end,
  put = function(op) redis.call('HSET', op.key, unpack(op.rest)) end,
  blob = function(op)
    if op.args[1] == '0' then redis.call('SET', op.key, op.args[2])
    else redis.call('SET', op.key, op.args[2], 'PX', op.args[1]) end
  end,
  later = function(op) redis.call('ZADD', op.key, op.args[1], op.args[2]) end,
  index = function(op)
    redis.call('ZADD', op.key, op.args[1], op.args[3])
    redis.call('ZREMRANGEBYRANK', op.key, 0, -1 - tonumber(op.args[2]))
  end,
  unindex = function(op) redis.call('ZREM', op.key, op.args[1]) end,
  expire = function(op) redis.call('PEXPIRE', op.key, op.args[1]) end,
  drop = function(op) redis.call('UNLINK', op.key) end,
}

-- OK: committed. GONE: finished by somebody else. STALE: what the decision read has changed. SUPERSEDED: a newer
-- revision has passed already, so this entry is finished and says nothing.
local function commit_one(stream, group, entry)
  local superseded = false
  for _, op in ipairs(entry.ops) do
    if op.name == 'save' then
      local stored = redis.call('HGET', op.key, 'version') or ''
      if stored ~= op.args[1] or not newer(op.args[2], stored) then
        if held(stream, group, entry.id) then return 'STALE' end
        return 'GONE'
      end
    elseif op.name == 'order' then
      local stored = redis.call('GET', op.key) or ''
      if not newer(op.args[1], stored) then superseded = true end
    end
  end
  -- Being pending is the fence: whoever acknowledges the cause publishes its effects, once.
  local ok, acknowledged = pcall(redis.call, 'XACK', stream, group, entry.id)
  if not ok or acknowledged ~= 1 then return 'GONE' end
  if superseded then return 'SUPERSEDED' end
  for _, op in ipairs(entry.ops) do APPLY[op.name](op) end
  return 'OK'
end

-- KEYS: the stream that was read, then every key an operation names. ARGV: group, count, entries (see parse).
local function commit(keys, args)
  local ok, entries = pcall(parse, keys, args)
  if not ok then return redis.error_reply('LIGHTWIRE ' .. tostring(entries)) end
  if kind(keys[1]) ~= 'stream' and kind(keys[1]) ~= 'none' then
    return redis.error_reply('LIGHTWIRE ' .. keys[1] .. ' is not a stream')
  end
  local answers = {}
  for i, entry in ipairs(entries) do
    if not entry.wrong then answers[i] = commit_one(keys[1], args[1], entry)
    elseif held(keys[1], args[1], entry.id) then answers[i] = entry.wrong
    else answers[i] = 'GONE' end
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
