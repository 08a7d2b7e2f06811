/**
 * httpCheck: what to ask the server of an HTTP egress. An OPTIONS request with the egress's headers changes nothing there; any answer shows
 * that the URL's host is reachable, and 401, 403 and 407 that it refuses the credentials. Whether the path accepts records only a record
 * can show.
 */
import { reachedAndLetIn, type ConnectorCheck } from "../connector-check.ts";
import { ConnectorFailure } from "../connector-failure.ts";
import type { ConnectorContext } from "../connector.ts";
import { reachCure } from "./http-outcome.ts";
import { HttpSender } from "./http-sender.ts";
import type { HttpEgressSpec } from "./http.ts";
import { placeFailure } from "./http-place.ts";

const refusedStatuses: ReadonlySet<number> = new Set([401, 403, 407]);

class RefusedLogin extends ConnectorFailure {}

export async function httpCheck(spec: HttpEgressSpec, context: ConnectorContext): Promise<ConnectorCheck> {
  const sender = new HttpSender(spec, context);
  const ask = async (): Promise<void> => {
    const forbidden = placeFailure(spec, context);
    if (forbidden !== undefined) throw forbidden;
    const reply = await sender.ask(context.signal);
    if (reply.kind === "none") throw new ConnectorFailure("wait", { what: reply.reason, cure: `${reply.cure ?? reachCure}.` });
    const { status } = reply.answer;
    if (refusedStatuses.has(status))
      throw new RefusedLogin("wait", {
        what: `it answered ${status}`,
        cure: "Mend `headers` in the module, or the rights of who they name.",
      });
  };
  const { host } = new URL(spec.url);
  const words = { reached: `${host} answers`, letIn: "it takes the headers" };
  return { questions: reachedAndLetIn(words, ask, (error) => error instanceof RefusedLogin), close: async () => sender.close() };
}
