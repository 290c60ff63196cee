-- Asks for a request on a route within the rate limit that all processes share.
-- KEYS[1] holds the route's state as JSON. All times are the server's, in
-- milliseconds. Returns the type reply of redis.go as JSON.

local WINDOW = 61000 -- a request counts for so long: a minute, and latencies differ by up to a second
local BUCKET = 500 -- requests are counted in buckets of this length
local LEASE = 3000 -- a place in the queue is kept for so long without being asked for
local GRACE = 3000 -- after an outage nothing is sent for so long: all processes report first
local BURST = 0.05 -- share of the limit that is allowed at the beginning of a ramp
local EXPIRY = 86400000 -- of the state, if nobody asks

local id, epoch = ARGV[1], ARGV[2]
local limit, reserved = tonumber(ARGV[3]), tonumber(ARGV[4])
local kind = ARGV[5] -- "batch" or "interactive"
local asks = ARGV[6] == '1' -- else it only reports
local block = tonumber(ARGV[7]) -- the caller knows that the route is blocked for so long

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local ok, s = pcall(cjson.decode, redis.call('GET', KEYS[1]) or '')
if ok and type(s) == 'table' and type(s.last) == 'number' and now < s.last and s.last - now < 1000 then
  now = s.last -- the clock was corrected a little
end
if not ok or type(s) ~= 'table' or type(s.last) ~= 'number' or now < s.last then
  -- There is no state, or it was lost, or the clock was set back. Begin slowly.
  s = {epoch = now .. '-' .. id, born = now, start = now, blocked = 0, used = {}, queue = {}, seen = {}}
end
if epoch ~= '' and epoch ~= s.epoch then -- the state was lost, and the caller knows of requests before
  s.start = math.max(s.start, s.born + GRACE)
elseif #ARGV > 7 and now >= s.start + WINDOW then -- the caller went on without Redis, as others may have
  s.start = now + GRACE
end
s.last = now
s.seen[id] = now
if block > 0 then s.blocked = math.max(s.blocked, now + block) end

-- Counts, by bucket and kind. Requests that the caller sent without asking come as
-- their ages. They are counted once the caller knows the epoch.
local function count(at)
  local bucket = tostring(math.floor(at / BUCKET))
  local n = s.used[bucket] or {0, 0} -- all, batch
  n[1] = n[1] + 1
  if kind == 'batch' then n[2] = n[2] + 1 end
  s.used[bucket] = n
end
if epoch == s.epoch then
  for i = 8, #ARGV do count(now - tonumber(ARGV[i])) end
end

local buckets = {}
for bucket in pairs(s.used) do
  if bucket * BUCKET + BUCKET + WINDOW <= now then
    s.used[bucket] = nil
  else
    table.insert(buckets, tonumber(bucket))
  end
end
table.sort(buckets)

local members = 0
for member, at in pairs(s.seen) do
  if at + WINDOW <= now then s.seen[member] = nil else members = members + 1 end
end

local queue = {}
for _, ticket in ipairs(s.queue) do
  if ticket.lease > now then table.insert(queue, ticket) end
end
s.queue = queue

local function requests(bucket, batch_only)
  return s.used[tostring(bucket)][batch_only and 2 or 1]
end

-- Returns how long it takes until n more requests fit, 0 if they fit now.
local function delay(max, batch_only, n)
  local over, ready = n - max, now
  for _, bucket in ipairs(buckets) do over = over + requests(bucket, batch_only) end
  for _, bucket in ipairs(buckets) do
    if over <= 0 then break end
    over = over - requests(bucket, batch_only)
    ready = bucket * BUCKET + BUCKET + WINDOW
  end
  if over > 0 then ready = now + WINDOW end
  -- From start on the allowed number grows evenly to the limit.
  local start = math.max(s.start, s.blocked)
  if now < start + WINDOW then
    local since, burst = n, math.max(1, max * BURST)
    for _, bucket in ipairs(buckets) do
      if bucket * BUCKET + BUCKET > start then since = since + requests(bucket, batch_only) end
    end
    ready = math.max(ready, start + WINDOW * math.max(0, since - burst) / math.max(1, max - burst))
  end
  return math.ceil(ready - now)
end

local wait = 0
if asks and epoch == s.epoch then
  local mine, ahead, batch_ahead
  ahead, batch_ahead = 0, 0
  for i, ticket in ipairs(s.queue) do
    if ticket.id == id then
      mine = i
      break
    end
    if ticket.kind ~= 'batch' then
      ahead = ahead + 1
    elseif kind == 'batch' or delay(limit - reserved, true, batch_ahead + 1) <= 0 then -- else it waits for its own share
      ahead, batch_ahead = ahead + 1, batch_ahead + 1
    end
  end
  wait = delay(limit, false, ahead + 1)
  if kind == 'batch' then wait = math.max(wait, delay(limit - reserved, true, batch_ahead + 1)) end
  if wait <= 0 then
    count(now)
    if mine then table.remove(s.queue, mine) end
  elseif mine then
    s.queue[mine].lease = now + LEASE
  else
    table.insert(s.queue, {id = id, kind = kind, lease = now + LEASE})
  end
end

redis.call('SET', KEYS[1], cjson.encode(s), 'PX', EXPIRY)
return cjson.encode({
  epoch = s.epoch,
  granted = asks and epoch == s.epoch and wait <= 0,
  wait = math.max(wait, 0),
  members = members,
  blocked = math.max(s.blocked - now, 0),
})
