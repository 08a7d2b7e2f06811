/**
 * SimFrames: calls of one moment to one endpoint that share a request, with what may happen to such a request: its parts come in any order,
 * each when it is done, its connection is cut at any byte of them, or a part comes twice. The parts are real bytes, and what the engine's
 * own FrameReader reads from them counts. Neighbours: sim-transport.ts (gives calls and lets functions run), adapters/http/frame-reader.ts
 * (reads).
 */
import { encodePartHead, framePartsMax } from "../../adapters/http/frame-format.ts";
import { FrameReader, type FramePartSink } from "../../adapters/http/frame-reader.ts";
import type { InvocationOutcome, InvocationRequest } from "@signalbox/runtime/model/invocation";
import type { Faults } from "./faults.ts";
import type { Scheduler } from "./scheduler.ts";

export type FailedOutcome = Extract<InvocationOutcome, { kind: "failure" }>;

export interface FramedRequest {
  readonly request: InvocationRequest;
  readonly end: (outcome: InvocationOutcome) => void;
}

export interface SimFramesOptions {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  /** Sends a request of its own, whatever happens to it. */
  readonly single: (framed: FramedRequest) => void;
  /** Sends a call of a frame; `heard` gets what would have been the outcome of a request of its own. */
  readonly member: (framed: FramedRequest, heard: (outcome: InvocationOutcome) => void) => void;
  /** Its connection ended; `cause` caused that, or nobody did. */
  readonly broken: (request: InvocationRequest, cause: InvocationRequest | undefined) => void;
  readonly failed: (code: "ENDPOINT_DISCONNECTED" | "ENDPOINT_ERROR") => FailedOutcome;
}

const partBytesMax = 64;
/** Virtual time stands still while the engine works, so what a turn of the event loop would bring together is spread over some time. */
const momentMsMax = 1_500;

export class SimFrames {
  private readonly options: SimFramesOptions;
  private readonly gathering = new Map<string, FramedRequest[]>();
  private readonly open = new Map<InvocationRequest, SimFrame>();
  private made = 0;

  constructor(options: SimFramesOptions) {
    this.options = options;
  }

  add(framed: FramedRequest): void {
    const { id } = framed.request.endpoint;
    const others = this.gathering.get(id);
    if (others !== undefined) return void others.push(framed);
    this.gathering.set(id, [framed]);
    this.options.scheduler.after(this.options.faults.rng.between(0, momentMsMax), `frame to ${id}`, () => this.leave(id));
  }

  /**
   * The process no longer has the call, and with the process ends everything that is open in its frame. Returns false when the call is in
   * no frame.
   */
  breaks(request: InvocationRequest, outcome: FailedOutcome, cause: InvocationRequest | undefined): boolean {
    const frame = this.open.get(request);
    frame?.breaks(outcome, cause);
    return frame !== undefined;
  }

  private leave(id: string): void {
    const waiting = this.gathering.get(id) ?? [];
    this.gathering.delete(id);
    for (let at = 0; at < waiting.length; at += framePartsMax) {
      const members = waiting.slice(at, at + framePartsMax);
      const [only] = members;
      if (members.length === 1 && only !== undefined) this.options.single(only);
      else this.begin(members);
    }
  }

  private begin(members: readonly FramedRequest[]): void {
    const frame = new SimFrame(++this.made, members, { ...this.options, ended: (request) => this.open.delete(request) });
    for (const { request } of members) this.open.set(request, frame);
    for (const [index, member] of members.entries()) this.options.member(member, (outcome) => frame.hear(index, outcome));
  }
}

class SimFrame implements FramePartSink {
  private readonly event: number;
  private readonly members: readonly FramedRequest[];
  private readonly options: SimFramesOptions & { readonly ended: (request: InvocationRequest) => void };
  private readonly reader: FrameReader;
  private readonly isOpen: boolean[];
  /** What the parts say; the body of a part is its place here. */
  private readonly said: InvocationOutcome[] = [];
  private answering = 0;
  private body = "";

  constructor(event: number, members: readonly FramedRequest[], options: SimFrame["options"]) {
    this.event = event;
    this.members = members;
    this.options = options;
    this.isOpen = members.map(() => true);
    this.reader = new FrameReader({ parts: members.length, bytesMax: members.length * partBytesMax }, this);
  }

  /** A call is done or will never be, by itself or with the whole of its frame. */
  hear(index: number, outcome: InvocationOutcome): void {
    if (this.isOpen[index] !== true) return;
    if (outcome.kind === "reply") return this.answer(index, outcome);
    const { code } = outcome.failure;
    const cause = this.members[index]?.request;
    if (code === "CALL_TIMEOUT") return this.end(index, outcome);
    if (code === "ENDPOINT_DISCONNECTED") return this.breaks(outcome, cause);
    if (code === "ENDPOINT_REFUSED" || code === "ENDPOINT_OVERLOADED") return this.breaks(outcome, undefined);
    this.answer(index, outcome);
  }

  breaks(outcome: FailedOutcome, cause: InvocationRequest | undefined): void {
    const isCut = outcome.failure.code === "ENDPOINT_DISCONNECTED";
    for (const [index, { request }] of this.members.entries()) {
      if (this.isOpen[index] !== true) continue;
      if (isCut) this.options.broken(request, cause);
      this.end(index, { ...outcome, event: this.event });
    }
  }

  onPart(index: number): void {
    this.answering = index;
    this.body = "";
  }

  onPartBody(bytes: Buffer, from: number, to: number): void {
    this.body += bytes.toString("latin1", from, to);
  }

  onPartEnd(): void {
    const outcome = this.said[Number(this.body)];
    if (outcome !== undefined) this.end(this.answering, outcome);
  }

  private answer(index: number, outcome: InvocationOutcome): void {
    const { faults, failed } = this.options;
    const body = Buffer.from(String(this.said.push(outcome) - 1));
    const part = Buffer.concat([encodePartHead({ index, status: 200, linesBytes: 0, bodyBytes: body.length }), body]);
    const border = faults.rng.between(0, part.length);
    try {
      this.reader.push(part, 0, border);
      if (faults.hit("frameCut")) return this.breaks(failed("ENDPOINT_DISCONNECTED"), undefined);
      this.reader.push(part, border, part.length);
      if (faults.hit("partTwice")) this.reader.push(part, 0, part.length);
    } catch {
      // A part that comes twice, or after the last part, cannot be assigned, so the connection ends.
      this.breaks(failed("ENDPOINT_ERROR"), undefined);
    }
  }

  private end(index: number, outcome: InvocationOutcome): void {
    const member = this.members[index];
    if (member === undefined || this.isOpen[index] !== true) return;
    this.isOpen[index] = false;
    this.options.ended(member.request);
    member.end(outcome);
  }
}
