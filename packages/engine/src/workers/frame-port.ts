/**
 * FramePort: one end of a channel between two threads. Everything that is written in one turn of the event loop leaves in one frame; what
 * arrives is handed over part by part, in order.
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

  /** Adds a part to the frame that leaves at the end of this turn. */
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
