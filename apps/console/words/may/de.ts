/** The texts of what somebody may do, and why not in German. Neighbour: en.ts lists them. */
import type { MayWords } from "./en.ts";

export const de: MayWords = {
  past: (time) => `Eingreifen geht hier nicht: Das ist ${time}, die Vergangenheit. Esc führt ins Jetzt zurück.`,
  needs: (role, place, held) =>
    `Das braucht die Rolle ${role} in ${place}; dort sind Sie ${held}. Fragen Sie einen Admin danach (Personen).`,
  cannot: (runtime, what, why) => `Das kann die Runtime „${runtime}“ nicht: ${what}, denn ${why}.`,
  notHere: "Nicht mit dieser Runtime",
  someNamespace: "irgendeinem Namespace",
  allNamespaces: "allen Namespaces",
  nothing: "nichts",
  unmasks: (role) => `${role}, deckt auf,`,
  everywhere: (what) => `${what} überall`,
  within: (what, namespace) => `${what} in ${namespace}`,
};
