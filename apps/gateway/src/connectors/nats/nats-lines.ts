/**
 * NatsLines: follows what a server sends line by line and payload by payload, without keeping payloads. The library's parser gathers a line
 * until its end, however far that is, and prints all that it cannot read: an INFO or an -ERR may be as long as the server likes.
 * Neighbour: nats-transport.ts asks it before the library gets the bytes. It ends lines and payloads where the library's parser does.
 */
const lineFeed = 0x0a;
const words = ["INFO", "+OK", "-ERR", "PING", "PONG", "MSG", "HMSG"];
const wordBytesMax = 4;
const messageLine = /^h?msg[ \t]/i;

export class NatsLines {
  readonly #lineBytesMax: number;
  /** The bytes of the line that has not ended. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** The bytes of a payload that are still to come, with the byte after it. */
  #payloadBytes = 0;
  /** What follows a payload up to the line's end says nothing. */
  #isTail = false;

  constructor(lineBytesMax: number) {
    this.#lineBytesMax = lineBytesMax;
  }

  /** What is wrong with it; undefined: nothing so far. */
  take(frame: Uint8Array): string | undefined {
    for (let at = 0; at < frame.length; ) {
      if (this.#payloadBytes > 0) {
        const taken = Math.min(this.#payloadBytes, frame.length - at);
        this.#payloadBytes -= taken;
        at += taken;
        continue;
      }
      const found = frame.indexOf(lineFeed, at);
      const end = found < 0 ? frame.length : found;
      if (this.#heldBytes + end - at > this.#lineBytesMax) return `a line of it is longer than ${this.#lineBytesMax} bytes`;
      const isBegun = this.#heldBytes >= wordBytesMax;
      this.#held.push(frame.subarray(at, end));
      this.#heldBytes += end - at;
      if (!isBegun && !this.#isTail && !this.#isKnown(found >= 0)) return "a line of it is none of the protocol";
      if (found < 0) return undefined;
      this.#end();
      at = end + 1;
    }
    return undefined;
  }

  /** For a line that has not ended, the beginning of a word is enough. */
  #isKnown(hasEnded: boolean): boolean {
    const begun = Buffer.concat(this.#held, Math.min(this.#heldBytes, wordBytesMax)).toString("latin1").toUpperCase();
    return words.some((word) => begun.startsWith(word) || (!hasEnded && word.startsWith(begun)));
  }

  #end(): void {
    const size = this.#isTail ? undefined : payloadSize(Buffer.concat(this.#held).toString("latin1"));
    this.#held = [];
    this.#heldBytes = 0;
    this.#isTail = size !== undefined;
    this.#payloadBytes = size === undefined ? 0 : size + 1;
  }
}

/** Undefined for lines that are followed by none. */
function payloadSize(line: string): number | undefined {
  if (!messageLine.test(line)) return undefined;
  const last = line
    .split(/[ \t\r]+/)
    .filter((part) => part !== "")
    .at(-1);
  // Another size is refused by the parser, which ends the connection.
  return last !== undefined && /^\d{1,9}$/.test(last) ? Number(last) : undefined;
}
