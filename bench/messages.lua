-- Load for wrk: POST of 32 bytes to one of 10 000 entities; prints one JSON line at the end.
math.randomseed(4711)
wrk.method = "POST"
wrk.body = string.rep("v", 32)
wrk.headers["content-type"] = "application/vnd.bench/value"

request = function()
  return wrk.format(nil, "/v1/messages/bench/counter/e" .. math.random(0, 9999))
end

done = function(summary, latency)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  io.write(string.format('\n{"sent":%d,"errors":%d,"p50Ms":%f,"p99Ms":%f}\n',
    summary.requests, errors, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
