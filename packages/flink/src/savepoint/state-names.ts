/**
 * StateNames: `<namespace>.<type>.<state>`, as StateFun names a state in Flink, and back. The dots do not say where a part ends, so known
 * function types decide; where none fits, the last dot ends the type and the one before it the namespace, and that was a guess.
 */
export interface NamedState {
  readonly type: string;
  readonly name: string;
  readonly guessed: boolean;
}

export function flinkStateName(type: string, name: string): string {
  return `${type.replace("/", ".")}.${name}`;
}

export class StateNames {
  readonly #types = new Map<string, string>();
  /** Dotted names, longest first, because the longest one that fits is meant. */
  #dotted: string[] = [];
  readonly #guessed = new Set<string>();

  constructor(types: Iterable<string>) {
    for (const type of types) this.#types.set(type.replace("/", "."), type);
    this.#sort();
  }

  /** A type of which only the dotted name is known. */
  addDotted(dotted: string): void {
    if (this.#types.has(dotted)) return;
    this.#types.set(dotted, guessedType(dotted));
    this.#guessed.add(dotted);
    this.#sort();
  }

  type(dotted: string): string {
    return dotted.includes("/") ? dotted : (this.#types.get(dotted) ?? guessedType(dotted));
  }

  state(flinkName: string): NamedState {
    const dotted = this.#dotted.find((one) => flinkName.startsWith(`${one}.`));
    if (dotted !== undefined)
      return {
        type: this.type(dotted),
        name: flinkName.slice(dotted.length + 1),
        guessed: this.#guessed.has(dotted) && dotted.split(".").length > 2,
      };
    const dot = flinkName.lastIndexOf(".");
    return { type: guessedType(flinkName.slice(0, dot)), name: flinkName.slice(dot + 1), guessed: flinkName.split(".").length > 3 };
  }

  #sort(): void {
    this.#dotted = [...this.#types.keys()].sort((a, b) => b.length - a.length);
  }
}

function guessedType(dotted: string): string {
  const dot = dotted.lastIndexOf(".");
  return `${dotted.slice(0, dot)}/${dotted.slice(dot + 1)}`;
}
