/** CallWaiters: requests that wait for the answer of a call, by the call's id. calls.ts changes it. */
export class CallWaiters {
  private readonly waiting = new Map<string, number[]>();
  private readonly waitedFor = new Map<number, string>();

  get size(): number {
    return this.waitedFor.size;
  }

  add(call: string, request: number): void {
    const requests = this.waiting.get(call);
    if (requests === undefined) this.waiting.set(call, [request]);
    else requests.push(request);
    this.waitedFor.set(request, call);
  }

  calls(): IterableIterator<string> {
    return this.waiting.keys();
  }

  /** Takes out all that wait for the call. */
  take(call: string): readonly number[] {
    const requests = this.waiting.get(call) ?? [];
    this.waiting.delete(call);
    for (const request of requests) this.waitedFor.delete(request);
    return requests;
  }

  /** Whether it still waited. */
  remove(request: number): boolean {
    const call = this.waitedFor.get(request);
    const requests = call === undefined ? undefined : this.waiting.get(call);
    if (call === undefined || requests === undefined) return false;
    requests.splice(requests.indexOf(request), 1);
    if (requests.length === 0) this.waiting.delete(call);
    this.waitedFor.delete(request);
    return true;
  }
}
