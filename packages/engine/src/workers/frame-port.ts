/**
 * FramePort: one end of the way between two threads. What is written in one turn of the event loop leaves together; what arrives is handed
 * over part by part, in order.
 */
import type { MessagePort } from "node:worker_threads";
import { BytesReader, BytesWriter } from "../core/store/bytes-writer.ts";

/** What a worker thread and a message port have in common. */
export type Channel = Pick<MessagePort, "postMessage"> & { on(event: "message", listener: (frame: Uint8Array) => void): unknown };

export class FramePort {
  private readonly channel: Channel;
  private writer = new BytesWriter();
  private scheduled = false;

  constructor(channel: Channel, hear: (reader: BytesReader) => void) {
    this.channel = channel;
    channel.on("message", (frame) => {
      const reader = new BytesReader(frame);
      while (!reader.isAtEnd) hear(reader);
    });
  }

  /** For what leaves with this turn. */
  write(fill: (writer: BytesWriter) => void): void {
    fill(this.writer);
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  flush(): void {
    const frame = this.writer.takeOwn();
    if (frame.length > 0) this.channel.postMessage(frame, [frame.buffer]);
  }
}
