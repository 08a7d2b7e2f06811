/**
 * Worlds: a story told many times under different faults. One that fails is told again with fewer and fewer messages, as long as it still
 * fails, so that what is reported is small. Neighbours: testbox.ts records the story, world.ts tells it once.
 */
import type { OutgoingMessage } from "@signalbox/functions";
import { Look } from "./look.ts";
import { runWorld, type Story } from "./world.ts";

export interface WorldsOptions {
  /** "1" unless given; a failure names the seed that repeats it. */
  readonly seed?: string;
}

/** A story did not hold under faults. */
export class WorldFailure extends Error {
  override readonly name = "WorldFailure";
  readonly seed: string;
  /** As few as still fail. */
  readonly messages: readonly OutgoingMessage[];

  constructor(text: string, seed: string, messages: readonly OutgoingMessage[]) {
    super(text);
    this.seed = seed;
    this.messages = messages;
  }
}

/** A story is told again at most so often to make it small. */
const shrinkRunsMax = 300;

export async function runWorlds(story: Story, count: number, { seed = "1" }: WorldsOptions = {}): Promise<void> {
  for (let index = 0; index < count; index++) {
    const each = index === 0 ? seed : `${seed}.${index}`;
    const found = await runWorld(story, each);
    if (found !== undefined) throw await smallest(story, each, found);
  }
}

/** Leaves out pieces of the story, large ones first. */
async function smallest(story: Story, seed: string, found: string): Promise<WorldFailure> {
  let { messages } = story;
  let reason = found;
  let runs = 0;
  for (let size = Math.ceil(messages.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < messages.length && runs < shrinkRunsMax; ) {
      const fewer = messages.toSpliced(from, size);
      runs++;
      const still = fewer.length === 0 ? undefined : await runWorld({ ...story, messages: fewer }, seed);
      if (still === undefined) from += size;
      else [messages, reason] = [fewer, still];
    }
  }
  return new WorldFailure(report(story, { seed, reason, messages }), seed, messages);
}

function report(story: Story, at: { seed: string; reason: string; messages: readonly OutgoingMessage[] }): string {
  const look = new Look(story.entities);
  const lines = at.messages.map(({ target, value }, index) => {
    const shown = JSON.stringify(look.value(value), (_key, each: unknown) => (typeof each === "bigint" ? String(each) : each));
    return `  ${index + 1}. ${target.type}/${target.id} ${value.typename} ${shown}`;
  });
  const count = `${at.messages.length} of ${story.messages.length} messages are enough`;
  return `${at.reason}\n${count}:\n${lines.join("\n")}\nto repeat: box.worlds(1, { seed: ${JSON.stringify(at.seed)} })`;
}
