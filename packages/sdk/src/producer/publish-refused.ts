/** PublishRefused: the gateway's reason why a stream of messages ended, and whether another stream may continue. Neighbour: producer.ts. */
import { status, type StatusObject } from "@grpc/grpc-js";

/** The gateway refused what was sent; nothing that was not acknowledged counts. Code and cure are its own. */
export class PublishRefused extends Error {
  override readonly name = "PublishRefused";
  /** The gRPC status. */
  readonly status: number;
  readonly code: string;
  readonly cure: string;

  constructor(grpcStatus: number, { code, detail, cure }: { readonly code: string; readonly detail: string; readonly cure: string }) {
    super(`${code}: ${detail}`);
    this.status = grpcStatus;
    this.code = code;
    this.cure = cure;
  }
}

/** Statuses that pass: the gateway is away, stops, restores, or has no room now. */
const passing: ReadonlySet<number> = new Set([status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.ABORTED, status.CANCELLED]);
/** Codes with such a status that do not pass. */
const lasting: ReadonlySet<string> = new Set(["TOO_MANY_TYPES"]);

/** The least wait before another stream; undefined when that would be refused as well. */
export function againAfterMs(error: StatusObject): number | undefined {
  if (!passing.has(error.code) || lasting.has(said(error, "signalbox-code"))) return undefined;
  return Number(said(error, "retry-after-ms")) || 0;
}

export function refusalOf(error: StatusObject): PublishRefused {
  const code = said(error, "signalbox-code");
  const cure = said(error, "signalbox-cure");
  if (code !== "") return new PublishRefused(error.code, { code, detail: error.details, cure });
  return new PublishRefused(error.code, {
    code: "NOT_A_GATEWAY",
    detail: error.details,
    cure: "Check address and port: the gateway's gRPC port is another one than that of its console.",
  });
}

function said({ metadata }: StatusObject, name: string): string {
  return String(metadata.get(name)[0] ?? "");
}
