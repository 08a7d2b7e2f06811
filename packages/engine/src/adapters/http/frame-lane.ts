/**
 * FrameLane: the calls to one URL of an endpoint. Calls of one turn of the event loop leave in frames once the server has said that it
 * takes them, and singly before that. No call waits for later ones (decision 84). Neighbours: transport-http.ts gives it calls;
 * http-frame.ts carries several of them; transport-http-call.ts carries one. Guarantee: a call that is alone in its turn, or that must not
 * share a request, is sent as a plain request.
 */
import { requestTooLarge } from "../transport-failure.ts";
import { encodeHttpRequest, encodeToFunction } from "../wire/wire-encode.ts";
import { framePartsMax, frameRequestBytesMax, framesOffered, partLengthBytesMax } from "./frame-format.ts";
import { HttpFrame, type FramedCall, type FrameWay } from "./http-frame.ts";
import type { HttpPool } from "./http-pool.ts";

/** How long calls go singly to a URL that did not take a frame. */
const singlesMs = 60_000;

type FrameLaneOptions = FrameWay["options"] & {
  readonly pool: HttpPool;
  /** The lanes in which calls wait for the end of the turn. */
  readonly gathering: Set<FrameLane>;
};

export class FrameLane implements FrameWay {
  readonly options: FrameLaneOptions;
  #partsMax = 0;
  #singlesUntilMs = 0;
  #turn: FramedCall[] = [];
  readonly #flush = (): void => this.leave();

  constructor(options: FrameLaneOptions) {
    this.options = options;
  }

  /** Whether calls may be given to `add`. */
  get isFraming(): boolean {
    return this.#partsMax > 0 && (this.#singlesUntilMs === 0 || performance.now() >= this.#singlesUntilMs);
  }

  /** Hears the header of a reply, or that it had none. */
  offered(header: string | undefined): void {
    this.#partsMax = header === undefined ? 0 : framesOffered(header);
  }

  notUnderstood(): void {
    this.#singlesUntilMs = performance.now() + singlesMs;
  }

  add(framed: FramedCall): void {
    if (this.#turn.length === 0) {
      setImmediate(this.#flush);
      this.options.gathering.add(this);
    }
    this.#turn.push(framed);
  }

  single({ call, request, head }: FramedCall): void {
    const { pool, payloadBytesMax } = this.options;
    const bytes = encodeHttpRequest(request, { head, bodyBytesMax: payloadBytesMax });
    if (bytes === undefined) return call.refuse(requestTooLarge(call.url, payloadBytesMax));
    call.sendAlone(bytes, pool);
  }

  /** Sends all that waits, now. */
  leave(): void {
    this.options.gathering.delete(this);
    const waiting = this.#turn.filter(({ call }) => !call.isOver);
    this.#turn = [];
    const [first] = waiting;
    if (waiting.length === 1 && first !== undefined) return this.single(first);
    const partsMax = Math.max(1, Math.min(framePartsMax, this.#partsMax));
    let calls: FramedCall[] = [];
    let parts: Buffer[] = [];
    let bytes = 1;
    const close = (): void => {
      const [only] = calls;
      if (calls.length === 1 && only !== undefined) this.single(only);
      else if (calls.length > 1) this.options.pool.dispatch(new HttpFrame({ lane: this, calls, parts }));
      calls = [];
      parts = [];
      bytes = 1;
    };
    for (const framed of waiting) {
      const part = encodeToFunction(framed.request);
      const partBytes = part.length + partLengthBytesMax;
      if (part.length > this.options.payloadBytesMax || partBytes > frameRequestBytesMax) {
        this.single(framed);
        continue;
      }
      if (calls.length === partsMax || bytes + partBytes > frameRequestBytesMax) close();
      calls.push(framed);
      parts.push(part);
      bytes += partBytes;
    }
    close();
  }
}
