/** LimitRows: the limits in force as people and programs read them. */
import type { LimitKeyView, LimitView } from "@signalbox/runtime";
import type { LimitRow } from "../../contract/functions/functions.ts";

export function limitRow(view: LimitView): LimitRow {
  const { id, module, cover, key, messagesPerSecond, burstMessages, inFlightMax, waitingMessagesMax } = view.spec;
  return {
    id,
    module,
    covers:
      cover.kind === "ingress" ? { kind: cover.kind, name: cover.ingress } : { kind: cover.kind, name: `${cover.namespace}/${cover.name}` },
    per: key.kind,
    separator: key.kind === "prefix" ? key.separator : null,
    messagesPerSecond: messagesPerSecond ?? null,
    burst: messagesPerSecond === undefined ? null : burstMessages,
    inFlightMax: inFlightMax ?? null,
    waitingMax: waitingMessagesMax ?? null,
    ...countsOf(view),
    keys: view.keys,
    shared: view.shared,
    topKeys: view.topKeys.map((one) => ({ key: one.key, ...countsOf(one) })),
  };
}

function countsOf({ tokens, waitingMessages, inFlight, held, untilMs }: Omit<LimitKeyView, "key">) {
  return {
    tokens: tokens === undefined ? null : Math.max(0, Math.floor(tokens * 10) / 10),
    waitingMessages,
    inFlight,
    held,
    untilMs: untilMs ?? null,
  };
}
