/**
 * toldOptions: the command line of a script of this repository. --help says what it takes; an option that it does not know, or a word too
 * many, is answered with the same text and exit code 2, before anything is done. Neighbour: told-options.test.ts asks every npm script.
 */
import { parseArgs, type ParseArgsConfig } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

export interface Told<Taken extends Options> {
  /** The command as people type it: `npm run bench`. */
  readonly command: string;
  /** One line that says what the script is for. */
  readonly about: string;
  readonly options: Taken;
  /** One line for each option, and for `words`. */
  readonly says: Readonly<Record<keyof Taken, string>>;
  /** The name of the words after the options, when it takes any: `[name …]`. */
  readonly words?: string;
}

type Parsed<Taken extends Options> = ReturnType<typeof parseArgs<{ options: Taken; allowPositionals: true }>>;

export function toldOptions<const Taken extends Options>(told: Told<Taken>, args: string[] = process.argv.slice(2)): Parsed<Taken> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usageOf(told));
    process.exit(0);
  }
  try {
    return parsed(told, args);
  } catch (error) {
    console.error(`${refusalOf(error)}\n\n${usageOf(told)}`);
    process.exit(2);
  }
}

/** Parses the command line. Throws what Node says of one that is not accepted. */
export function parsed<const Taken extends Options>(told: Told<Taken>, args: string[]): Parsed<Taken> {
  const found = parseArgs({ args, options: told.options, allowPositionals: true });
  const [word] = found.positionals;
  if (word !== undefined && told.words === undefined) throw new Error(`"${word}" is not taken: there are options only`);
  return found;
}

/** Removes what Node adds for programmers: how to pass a word that looks like an option. */
function refusalOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split(". To specify")[0] ?? text;
}

export function usageOf<Taken extends Options>({ command, about, options, says, words }: Told<Taken>): string {
  const rows = Object.entries(options).map(([name, { type, default: usual }]) => {
    const value = type === "string" ? " …" : "";
    const given = typeof usual === "string" && usual !== "" ? ` (${usual} unless given)` : "";
    return [`--${name}${value}`, `${says[name] ?? ""}${given}`] as const;
  });
  const width = Math.max(0, ...rows.map(([option]) => option.length));
  const taken = [rows.length > 0 ? "[options]" : "", words ?? ""].filter((part) => part !== "").join(" ");
  const first = taken === "" ? command : `${command}${command.startsWith("npm ") ? " --" : ""} ${taken}`;
  const lines = rows.map(([option, meaning]) => `  ${option.padEnd(width)}  ${meaning}`);
  const nothing = taken === "" ? ["It takes no options."] : [];
  return [first, about, ...nothing, ...lines].join("\n");
}
