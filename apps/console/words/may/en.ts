/** The texts of what somebody may do, and why not. Neighbours: de.ts, use-may-words.ts. */
export const en = {
  past: (time: string) => `Levers are off: this is ${time}, the past. Esc goes back to now.`,
  needs: (role: string, place: string, held: string) =>
    `This needs the role ${role} in ${place}; you are ${held} there. Ask an admin for it (People).`,
  cannot: (runtime: string, what: string, why: string) => `The runtime “${runtime}” cannot ${what}: ${why}.`,
  notHere: "Not with this runtime",
  someNamespace: "some namespace",
  allNamespaces: "all namespaces",
  nothing: "nothing",
  unmasks: (role: string) => `${role}, unmasks,`,
  everywhere: (what: string) => `${what} everywhere`,
  within: (what: string, namespace: string) => `${what} in ${namespace}`,
};

export type MayWords = typeof en;
