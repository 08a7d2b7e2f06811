/** mustBeKnown: refuses a number that no message has, before anybody waits for its answer. A runtime without a journal checks it itself. */
import { EngineError, ifAble, type Engine } from "@signalbox/runtime";

export function mustBeKnown(engine: Pick<Engine, "nextSequence">, messageId: number): void {
  const next = ifAble(() => engine.nextSequence(), Number.POSITIVE_INFINITY);
  if (messageId < next) return;
  throw new EngineError(
    "UNKNOWN_CALL",
    `no message has the number ${messageId}`,
    "Ask with the messageId that the call was accepted with.",
  );
}
