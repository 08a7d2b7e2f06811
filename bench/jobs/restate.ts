/**
 * The rival: Restate does the same job. `call` answers when the handler has run, `send` when the message is durable, as ours does; its
 * better figure of the two is what we compare with. Chains and the wait for the end are counted as in our own jobs.
 */
import type { Job, Sample } from "../job.ts";
import { endToEndLoad, HandledServer } from "../load/handled-server.ts";
import { httpLoad } from "../load/http-load.ts";
import { Restate } from "../rivals/restate/restate.ts";
import { measured } from "../system.ts";
import { hotIds, ids, inFlightFull, randomIds } from "../workload.ts";

const contentType = "application/octet-stream";
const hotInFlight = 32;

export const restate: Job = {
  name: "restate",
  what: "the rival: Restate, the same adds by call and by one-way send, one hot key, the same chain",
  async run({ folder, seconds, warmUpSeconds }) {
    await using handled = await HandledServer.start();
    await using server = await Restate.start(folder, { notifyPort: handled.port });
    const work = { handled: () => server.handled(), untilHandled: (messages: number) => server.untilHandled(messages) };
    const http = (inFlight: number, lasts: number, options: { path: readonly [string, string]; ids: number }) =>
      measured(server.pids, { ...work, hops: 1, load: () => httpLoad(server.url, { inFlight, seconds: lasts, contentType, ...options }) });
    const call = { path: ["/Counter/e", "/add"], ids } as const;
    const send = { path: ["/Counter/e", "/add/send"], ids } as const;
    const firstSend = { path: ["/First/e", "/add/send"], ids } as const;
    const nextId = randomIds(ids, "restate");
    const endToEnd = (lasts: number) =>
      measured(server.pids, {
        ...work,
        hops: 1,
        load: () => endToEndLoad(server.url, { handled, seconds: lasts, contentType, path: () => `/First/${nextId()}/add/send` }),
      });
    await http(32, warmUpSeconds, call);
    const samples: Sample[] = [];
    for (const inFlight of [1, inFlightFull]) {
      samples.push({ line: "restate:call", inFlight, figures: await http(inFlight, seconds, call) });
      samples.push({ line: "restate:send", inFlight, figures: await http(inFlight, seconds, send) });
    }
    samples.push({ line: "restate:hot", inFlight: hotInFlight, figures: await http(hotInFlight, seconds, { ...call, ids: hotIds }) });
    samples.push({ line: "restate:chain", inFlight: 1, figures: await endToEnd(seconds) });
    samples.push({ line: "restate:chain", inFlight: inFlightFull, figures: await http(inFlightFull, seconds, firstSend) });
    return samples;
  },
};
