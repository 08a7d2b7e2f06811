/** MakeClients: decides who sends what into a world. Draws the messages, gives them to clients and tells the model what they add up to. */
import type { BadFunctions } from "./bad-functions.ts";
import type { Model } from "../oracles/model.ts";
import type { Prng } from "../prng.ts";
import { KeyClient, ProducerClient, type SimClient } from "./sim-clients.ts";
import { CallingClient } from "./sim-caller.ts";
import { RepeatingClient, type RepeatedWorld } from "./sim-repeater.ts";
import { Workload, type RootMessage, type WorkloadSizes } from "./workload.ts";
import { dayMs } from "./world-settings.ts";

const repeatedMessagesMax = 4;
const callsOfThousand = 300;

export interface SendingWorld extends RepeatedWorld {
  readonly model: Model;
  readonly bad: BadFunctions;
  readonly limits: { readonly callAnswersMax: number };
}

/** One message for several targets. */
function repeatedTo(count: number, workload: Workload): RootMessage[] {
  const { program } = workload.repeatable();
  const targets = new Set(Array.from({ length: count }, () => workload.repeatable().target));
  return [...targets].map((target) => ({ target, program }));
}

/** Some of the messages that work without fault are sent as calls. */
function chosenCalls(roots: readonly RootMessage[], rng: Prng): [called: RootMessage[], plain: RootMessage[]] {
  const called: RootMessage[] = [];
  const plain: RootMessage[] = [];
  for (const root of roots) (root.program.kind === "work" && rng.chance(callsOfThousand) ? called : plain).push(root);
  return [called, plain];
}

export function makeClients(
  world: SendingWorld,
  sizes: WorkloadSizes,
  rng: Prng,
): { readonly clients: readonly SimClient[]; readonly repeating: RepeatingClient; readonly calling: CallingClient } {
  const workload = new Workload(rng.fork("workload"), sizes);
  const draw = rng.fork("clients");
  // A key that expires while its client still waits for an answer promises nothing, so such worlds send once-only messages from producers.
  const keysLast = world.keyAgeMs >= dayMs;
  const producers = keysLast ? draw.below(3) : draw.between(1, 2);
  const names = Array.from({ length: producers }, (_, index) => `producer-${index}`);
  const byProducer = names.map((): RootMessage[] => []);
  const byKey: RootMessage[] = [];
  for (let count = sizes.messages; count > 0; count--) {
    const chosen = draw.below(keysLast ? producers + 1 : producers);
    const root = workload.root(chosen === producers);
    (byProducer[chosen] ?? byKey).push(root);
    world.model.add(root, names[chosen]);
    world.bad.count([root.program]);
  }
  const [called, plain] = chosenCalls(byKey, rng.fork("calls"));
  const repeated = repeatedTo(draw.below(repeatedMessagesMax + 1), workload);
  for (const root of repeated) world.model.add(root, undefined);
  const repeating = new RepeatingClient(repeated, world);
  const calling = new CallingClient(called, world);
  const positions = rng.fork("positions");
  const clients = byProducer.map(
    (roots, index): SimClient => new ProducerClient(names[index] ?? "", roots, { world, keepsPosition: positions.chance(400) }),
  );
  return { clients: [...clients, new KeyClient("key", plain, world), calling, repeating], repeating, calling };
}
