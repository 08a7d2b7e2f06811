/** A loop over a LinkedSet sees what is added and leaves out what is removed while it runs. */
import { expect, test } from "vitest";
import { Links, LinkedSet } from "../src/model/collections/linked-set.ts";

class Member {
  readonly links = new Links<Member>();
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

function setOf(...names: string[]): { set: LinkedSet<Member>; member: (name: string) => Member } {
  const set = new LinkedSet<Member>();
  const members = new Map(names.map((name) => [name, new Member(name)]));
  for (const member of members.values()) set.add(member);
  return { set, member: (name) => members.get(name) ?? new Member(name) };
}

function seen(set: LinkedSet<Member>, at: (member: Member) => void = () => undefined): string {
  let names = "";
  for (const member of set) {
    names += member.name;
    at(member);
  }
  return names;
}

test("gives its members in the order in which they came", () => {
  const { set, member } = setOf("a", "b", "c");
  expect(seen(set)).toBe("abc");
  set.delete(member("a"));
  set.add(member("a"));
  expect(seen(set)).toBe("bca");
  expect(seen(setOf().set)).toBe("");
});

test("a member that is removed at its turn does not end the loop", () => {
  const { set } = setOf("a", "b", "c");
  expect(seen(set, (member) => void set.delete(member))).toBe("abc");
  expect(set.size).toBe(0);
});

test("what is added during the loop is given, also behind the last one", () => {
  const { set } = setOf("a", "b");
  expect(seen(set, ({ name }) => name === "b" && set.add(new Member("c")))).toBe("abc");
});

test("a later member that is removed is not given", () => {
  const { set, member } = setOf("a", "b", "c");
  expect(seen(set, ({ name }) => name === "a" && set.delete(member("b")))).toBe("ac");
});
