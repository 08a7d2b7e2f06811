/**
 * boundInterimAnswers: ends a request that this thread's node:http sent and that is answered with more interim answers (1xx) than anybody
 * sends. Each costs a message of its own and none counts as an answer, so a service that sends nothing else held the thread until the
 * request's time was over, and again at the next attempt. It listens on Node's own channel, so that it also covers the clients inside
 * libraries (Amazon's SDK).
 * Neighbours: compose.ts and telemetry/otlp-thread.ts, which call it once for their threads; refuse-upgrade.ts, for 101.
 */
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";

const interimAnswersMax = 32;
const bounded = new WeakSet<ClientRequest>();
let isHeard = false;

export function boundInterimAnswers(): void {
  if (isHeard) return;
  isHeard = true;
  subscribe("http.client.request.start", (message) => bound((message as { readonly request: ClientRequest }).request));
}

function bound(request: ClientRequest): void {
  if (bounded.has(request)) return;
  bounded.add(request);
  let answers = 0;
  request.on("information", () => {
    if (++answers <= interimAnswersMax || request.destroyed) return;
    request.destroy(new Error(`it sent more than ${interimAnswersMax} interim answers (1xx) and no answer`));
  });
}
