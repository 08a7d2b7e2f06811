/** CallWaiters: requests that wait for the answer of a call, by the call's id. calls.ts changes it. */
export class CallWaiters {
  private readonly waiting = new Map<string, number[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(call: string, request: number): void {
    const requests = this.waiting.get(call);
    if (requests === undefined) this.waiting.set(call, [request]);
    else requests.push(request);
    this.count++;
  }

  calls(): IterableIterator<string> {
    return this.waiting.keys();
  }

  /** Takes out all that wait for the call. */
  take(call: string): readonly number[] {
    const requests = this.waiting.get(call) ?? [];
    this.waiting.delete(call);
    this.count -= requests.length;
    return requests;
  }

  /** Whether it still waited. */
  remove(call: string, request: number): boolean {
    const requests = this.waiting.get(call);
    const index = requests?.indexOf(request) ?? -1;
    if (requests === undefined || index < 0) return false;
    requests.splice(index, 1);
    if (requests.length === 0) this.waiting.delete(call);
    this.count--;
    return true;
  }
}
