/**
 * Worlds: a story that is replayed many times under different faults. One that fails is replayed with fewer and fewer messages while it
 * still fails, so that the report is small.
 * Neighbours: testbox.ts records the story, world.ts replays it once.
 */
import type { OutgoingMessage } from "@signalbox/functions";
import { Box } from "./box.ts";
import { HiddenInput, LateEffect } from "./function-caller.ts";
import { Look } from "./look.ts";
import { shownValue } from "./shown-effects.ts";
import { runWorld, type Story } from "./world.ts";

export interface WorldsOptions {
  /** "1" unless given; a failure names the seed that repeats it. */
  readonly seed?: string;
}

/** A story did not hold under faults. */
export class WorldFailure extends Error {
  override readonly name = "WorldFailure";
  readonly seed: string;
  /** As few messages as still fail. */
  readonly messages: readonly OutgoingMessage[];

  constructor(text: string, seed: string, messages: readonly OutgoingMessage[]) {
    super(text);
    this.seed = seed;
    this.messages = messages;
  }
}

/** To shrink it, a story is replayed at most this many times. */
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
  const hidden = await mistakeIn({ ...story, messages });
  return new WorldFailure(report(story, { seed, reason, messages, hidden }), seed, messages);
}

/** What asking each function twice says of those messages without any fault; often that is the reason why they fail under faults. */
async function mistakeIn({ entities, messages, options }: Story): Promise<string | undefined> {
  await using box = await Box.open(entities, { ...options, askTwice: true });
  for (const message of messages) await box.send(message);
  return box.settle().then(
    () => undefined,
    (error: unknown) => (error instanceof HiddenInput || error instanceof LateEffect ? error.message : undefined),
  );
}

interface Finding {
  readonly seed: string;
  readonly reason: string;
  readonly messages: readonly OutgoingMessage[];
  readonly hidden: string | undefined;
}

function report(story: Story, at: Finding): string {
  const look = new Look(story.entities);
  const lines = at.messages.map(({ target, value }, index) => {
    // The type is named in any case.
    return `  ${index + 1}. ${target.type}/${target.id} ${value.typename} ${shownValue(value, look).replace(`${value.typename} `, "")}`;
  });
  const count = `${at.messages.length} of ${story.messages.length} messages are enough`;
  const why = at.hidden === undefined ? "" : `\nwithout any fault: ${at.hidden}`;
  return `${at.reason}\n${count}:\n${lines.join("\n")}${why}\nto repeat: box.worlds(1, { seed: ${JSON.stringify(at.seed)} })`;
}
