/** CallWaiters: requests that wait for the answer of a call, by the call's id. calls.ts changes it. */
export class CallWaiters {
  private readonly waiting = new Map<string, number[]>();
  private readonly waitedFor = new Map<number, string>();
  /** Calls that a request has waited for since they began, and still does: no message has come to them and no value was written. */
  private readonly unanswered = new Set<string>();

  get size(): number {
    return this.waitedFor.size;
  }

  add(call: string, request: number): void {
    const requests = this.waiting.get(call);
    if (requests === undefined) this.waiting.set(call, [request]);
    else requests.push(request);
    this.waitedFor.set(request, call);
  }

  addFirst(call: string, request: number): void {
    this.unanswered.add(call);
    this.add(call, request);
  }

  /** Whether it is sure that nothing was ever kept for the call, and nothing ever came to it. */
  isUnanswered(call: string): boolean {
    return this.unanswered.has(call);
  }

  /** A person wrote a value of the call, so it may have a value without a message. */
  wasWritten(call: string): void {
    this.unanswered.delete(call);
  }

  calls(): IterableIterator<string> {
    return this.waiting.keys();
  }

  /** Takes out all that wait for the call. */
  take(call: string): readonly number[] {
    const requests = this.waiting.get(call) ?? [];
    this.waiting.delete(call);
    this.unanswered.delete(call);
    for (const request of requests) this.waitedFor.delete(request);
    return requests;
  }

  /** Whether it still waited. */
  remove(request: number): boolean {
    const call = this.waitedFor.get(request);
    const requests = call === undefined ? undefined : this.waiting.get(call);
    if (call === undefined || requests === undefined) return false;
    requests.splice(requests.indexOf(request), 1);
    if (requests.length === 0) {
      this.waiting.delete(call);
      this.unanswered.delete(call);
    }
    this.waitedFor.delete(request);
    return true;
  }
}
