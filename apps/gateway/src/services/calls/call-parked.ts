/**
 * CallParked: the refusal "no answer will come until a person acts", because an entity that the call went through is parked. It is given to
 * callers that wait (await-answer.ts, stream-answers.ts) and to those that ask later (calls-service.ts).
 */
import { formatAddress, type Address, type Engine, type EntityView } from "@signalbox/runtime";
import { GatewayError } from "../../contract/problem.ts";
import { traceWaits } from "../traces/trace-story.ts";

const recordsMax = 200;
const saidCharactersMax = 300;

/** `place`: the path at which answers are kept. */
export function callParked(address: Address, failure: EntityView["failure"], place: string): GatewayError {
  const said = saidIn(failure?.raw);
  const why = failure === undefined ? "" : `: ${failure.code}, ${failure.message}${said === "" ? "" : `: ${said}`}`;
  return new GatewayError("CALL_PARKED", {
    detail: `${formatAddress(address)} is parked${why}`,
    where: place,
    cure: "Mend the function and retry the entity; the call then goes on, and its answer is kept.",
  });
}

/**
 * The first line of the answer of the function's service, which says why it fails. For callers that may not read it, it is masked already.
 */
function saidIn(raw: string | undefined): string {
  return (raw?.trim().split("\n", 1)[0] ?? "").slice(0, saidCharactersMax);
}

/** A call begins a trace with its own number. The check reads the journal from the call on, and nothing when no entity is parked. */
export async function mustNotBeParked(engine: Engine, messageId: number, place: string): Promise<void> {
  if (engine.status().parkedEntities === 0) return;
  const { records, complete } = await engine.trace(messageId, { recordsMax });
  if (complete || !records.some(({ outcome }) => outcome.kind === "parked")) return;
  const parked = (await traceWaits(engine, messageId, records)).find(({ status }) => status === "parked");
  if (parked === undefined) return;
  const entity = await engine.entity(parked.address);
  throw callParked(parked.address, entity?.failure, place);
}
