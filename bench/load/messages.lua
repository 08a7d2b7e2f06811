-- Load for wrk: POST of the workload's message (bench/workload.ts) to one of many entities; prints one JSON line at the end.
-- Arguments: what stands before and behind the id in the path, how many ids, the content type.
local paths = {}
local ids = 1

init = function(arguments)
  local before, behind, count, contentType = arguments[1], arguments[2], tonumber(arguments[3]), arguments[4]
  math.randomseed(4711)
  wrk.method = "POST"
  wrk.body = string.char(1, 0, 0, 0) .. string.rep("v", 28)
  wrk.headers["content-type"] = contentType
  ids = count
  for id = 0, count - 1 do
    paths[id] = wrk.format(nil, before .. id .. behind)
  end
end

request = function()
  return paths[math.random(0, ids - 1)]
end

done = function(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  io.write(string.format('\n{"sent":%d,"errors":%d,"p50Ms":%f,"p99Ms":%f}\n',
    summary.requests, errors, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
