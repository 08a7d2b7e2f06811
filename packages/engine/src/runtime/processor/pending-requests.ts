/**
 * PendingRequests: the requests that wait for the acknowledgement of a command, by the number that the command carries. Each is answered
 * once: with its acknowledgement (after the sync of its epoch, which is core/commit.ts's part), with its refusal, or with the reason why
 * its outcome will stay unknown.
 */
import type { Acknowledgement, Refusal } from "../../core/action.ts";
import { EngineError } from "@signalbox/runtime/model/engine-error";
import { NumberMap } from "../../model/collections/number-map.ts";

interface Pending {
  readonly resolve: (acknowledgement: Acknowledgement) => void;
  readonly reject: (error: Error) => void;
}

export class PendingRequests {
  private readonly pending = new NumberMap<Pending>();
  private next = 1;

  add(submit: (request: number) => void): Promise<Acknowledgement> {
    return new Promise((resolve, reject) => {
      const request = this.next++;
      this.pending.set(request, { resolve, reject });
      submit(request);
    });
  }

  standBy(): { readonly request: number; readonly told: Promise<Acknowledgement>; forget(): void } {
    const { promise: told, resolve, reject } = Promise.withResolvers<Acknowledgement>();
    const request = this.next++;
    this.pending.set(request, { resolve, reject });
    return { request, told, forget: () => void this.take(request) };
  }

  acknowledge(request: number, acknowledgement: Acknowledgement): void {
    this.take(request)?.resolve(acknowledgement);
  }

  refuse(request: number, { code, message, cure, retryAfterMs }: Refusal): void {
    this.take(request)?.reject(new EngineError(code, message, cure, retryAfterMs));
  }

  refuseAll(reason: EngineError): void {
    for (const { reject } of this.pending.values()) reject(reason);
    this.pending.clear();
  }

  private take(request: number): Pending | undefined {
    const pending = this.pending.get(request);
    this.pending.delete(request);
    return pending;
  }
}
