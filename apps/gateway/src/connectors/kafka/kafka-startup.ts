/**
 * startupOf: turns a module's startupPosition, as StateFun writes it, into the place where reading begins (kafka-start.ts), or says why it
 * cannot.
 */
import { kafkaDateMs } from "../../shape/existing-moment.ts";
import type { StartupPosition } from "./kafka-start.ts";

export interface StartupSpec {
  /** One of StateFun's five words; undefined means latest, as in StateFun's code. */
  readonly type: string | undefined;
  /** `yyyy-MM-dd HH:mm:ss.SSS Z`. */
  readonly date: string | undefined;
  /** Offset by `topic/partition`. */
  readonly offsets: Readonly<Record<string, string>>;
}

export type ParsedStartup =
  | { readonly kind: "startup"; readonly startup: StartupPosition }
  | { readonly kind: "error"; readonly property: "type" | "date" | "offsets"; readonly reason: string };

const placePattern = /^[A-Za-z0-9._-]+\/\d{1,9}$/;
const offsetMax = 2n ** 63n - 1n;

export function startupOf({ type = "latest", date, offsets }: StartupSpec): ParsedStartup {
  switch (type) {
    case "group-offsets":
    case "earliest":
    case "latest":
      return { kind: "startup", startup: { kind: type } };
    case "date":
      return fromDate(date ?? "");
    case "specific-offsets":
      return fromOffsets(offsets);
    default:
      return { kind: "error", property: "type", reason: `"${type}" is none of group-offsets, earliest, latest, specific-offsets, date` };
  }
}

function fromDate(text: string): ParsedStartup {
  const atMs = kafkaDateMs(text);
  if (atMs !== undefined) return { kind: "startup", startup: { kind: "date", atMs } };
  return { kind: "error", property: "date", reason: `"${text}" is no moment; write it as "2020-02-01 04:15:00.000 +0000"` };
}

function fromOffsets(written: StartupSpec["offsets"]): ParsedStartup {
  const offsets = new Map<string, bigint>();
  for (const [place, text] of Object.entries(written)) {
    if (!placePattern.test(place))
      return {
        kind: "error",
        property: "offsets",
        reason: `"${place}" names no partition; write <topic>/<partition>, for example orders/0`,
      };
    const offset = /^\d{1,19}$/.test(text) ? BigInt(text) : undefined;
    if (offset === undefined || offset > offsetMax)
      return { kind: "error", property: "offsets", reason: `"${text}" at ${place} is no offset; write a whole number from 0 up` };
    offsets.set(place, offset);
  }
  return { kind: "startup", startup: { kind: "specific-offsets", offsets } };
}
