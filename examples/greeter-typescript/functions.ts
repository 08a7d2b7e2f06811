/**
 * Greeter: two functions in TypeScript on @signalbox/functions. Node 24 runs this file as it is.
 * example/person (id: a name) counts its visits in its own state and tells example/greeter, which writes a greeting to an egress.
 */
import { entity, json, record, types } from "@signalbox/functions";
import { serve } from "@signalbox/functions/node";
import { z } from "zod";

const Visit = json("example/visit", z.object({ name: z.string(), visits: z.number().int(), said: z.string() }));
const Greeting = json("example/greeting", z.object({ text: z.string(), visits: z.number().int() }));

const person = entity("example/person", {
  state: { visits: types.int },
  messages: { said: types.string },
  on: {
    said(ctx, said) {
      const visits = (ctx.state.visits.get() ?? 0) + 1;
      ctx.state.visits.set(visits);
      const name = ctx.self.id;
      ctx.send(greeter.to(name).message("visit", { name, visits, said }));
    },
  },
});

const greeter = entity("example/greeter", {
  state: { last_greeting: Greeting },
  messages: { visit: Visit },
  on: {
    visit(ctx, { name, visits }) {
      const text = visits === 1 ? `Welcome ${name}!` : `Nice to see you again, ${name}: visit number ${visits}.`;
      ctx.state.last_greeting.set({ text, visits });
      ctx.egress("example/greetings", record(Greeting, { text, visits }));
    },
  },
});

// A gateway that starts this process itself says where to listen.
const socketPath = process.env["SIGNALBOX_FUNCTION_SOCKET"];
// It stands in the history of every entity beside what the code did.
const codeVersion = process.env["CODE_VERSION"];
const at = socketPath === undefined ? { port: Number(process.env["PORT"] ?? 8002) } : { socketPath };
const serving = await serve([person, greeter], { ...at, codeVersion });
console.log(`greeter functions on ${serving.url}/statefun`);
process.once("SIGTERM", () => void serving.close().then(() => process.exit(0)));
