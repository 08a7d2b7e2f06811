/**
 * LinkedSet: a Set whose links its members carry themselves, in the order in which they were added. It serves what is added and removed
 * with every message (number-map.ts says why a Set of the language does not). A member is in one LinkedSet at a time.
 */
export class Links<T> {
  set: object | undefined = undefined;
  before: T | undefined = undefined;
  after: T | undefined = undefined;
}

export class LinkedSet<T extends { readonly links: Links<T> }> {
  private first: T | undefined = undefined;
  private last: T | undefined = undefined;
  private count = 0;

  get size(): number {
    return this.count;
  }

  has({ links }: T): boolean {
    return links.set === this;
  }

  /** Adds a member behind all others; a member that is in the set already stays where it is. */
  add(member: T): void {
    const { links } = member;
    if (links.set === this) return;
    links.set = this;
    links.before = this.last;
    if (this.last === undefined) this.first = member;
    else this.last.links.after = member;
    this.last = member;
    this.count++;
  }

  delete({ links }: T): boolean {
    if (links.set !== this) return false;
    if (links.before === undefined) this.first = links.after;
    else links.before.links.after = links.after;
    if (links.after === undefined) this.last = links.before;
    else links.after.links.before = links.before;
    links.set = undefined;
    links.before = undefined;
    links.after = undefined;
    this.count--;
    return true;
  }

  /** While the loop runs, the member that was just given may be removed, and others may be added. */
  [Symbol.iterator](): Iterator<T> {
    // This is no generator, because the dispatcher begins such a loop for each message.
    let given: T | undefined;
    let after = this.first;
    const next = (): IteratorResult<T> => {
      given = given?.links.set === this ? given.links.after : after;
      if (given === undefined) return { done: true, value: undefined };
      ({ after } = given.links);
      return { done: false, value: given };
    };
    return { next };
  }
}
