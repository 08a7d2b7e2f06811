/**
 * examples: the folders of examples/ that are one service each: what they need on this machine, how they are prepared before their first
 * start, and what starts them. Neighbours: demos.ts offers them, functions/example.ts is the process that prepares and starts one.
 * Guarantee: checking what is there starts no program.
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exampleNames } from "../../contract/module/demo.ts";

export type ExampleName = (typeof exampleNames)[number];

interface Toolchain {
  readonly name: string;
  readonly programs: readonly string[];
  /** The names of the packages in apt and elsewhere. */
  readonly apt: string;
  readonly brew: string;
}

export interface PrepareStep {
  readonly command: readonly string[];
  /**
   * The step is skipped when this file exists or this command succeeds. Without either it always runs, because it is quick when nothing has
   * changed.
   */
  readonly unless?: { readonly file: string } | { readonly command: readonly string[] };
}

export interface Example {
  readonly title: string;
  readonly about: string;
  readonly toolchain: Toolchain | undefined;
  readonly prepare: readonly PrepareStep[];
  /** Run in the example's folder; a program with a slash is a path below it. */
  readonly command: readonly string[];
  readonly egress: string;
}

/** What the owner of the machine has to install, and the command for it. */
export interface Missing {
  readonly name: string;
  readonly programs: string[];
  readonly install: string;
}

const python: Toolchain = { name: "Python 3", programs: ["python3"], apt: "python3 python3-venv", brew: "python@3.11" };
const java: Toolchain = { name: "Java, Maven", programs: ["javac", "mvn"], apt: "default-jdk-headless maven", brew: "openjdk maven" };
const go: Toolchain = { name: "Go", programs: ["go"], apt: "golang-go", brew: "go" };
const rust: Toolchain = { name: "Rust", programs: ["cargo"], apt: "cargo", brew: "rust" };

function pythonSteps(imports: string): readonly PrepareStep[] {
  const venvPython = ".venv/bin/python";
  return [
    { command: ["python3", "-m", "venv", ".venv"], unless: { file: venvPython } },
    {
      command: [venvPython, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"],
      unless: { command: [venvPython, "-c", `import ${imports}`] },
    },
  ];
}

const greeting = { egress: "example/greetings" } as const;

export const examples: Readonly<Record<ExampleName, Example>> = {
  "greeter-javascript": {
    title: "Greeter in JavaScript",
    about: "Two functions on the official SDK: a person counts visits, a greeter writes a greeting to an egress.",
    toolchain: undefined,
    prepare: [],
    command: [process.execPath, "functions.js"],
    ...greeting,
  },
  "greeter-typescript": {
    title: "Greeter in TypeScript",
    about: "The same two functions on @signalbox/functions.",
    toolchain: undefined,
    prepare: [],
    command: [process.execPath, "functions.ts"],
    ...greeting,
  },
  "greeter-python": {
    title: "Greeter in Python",
    about: "The same two functions on the official SDK.",
    toolchain: python,
    prepare: pythonSteps("statefun"),
    command: [".venv/bin/python", "functions.py"],
    ...greeting,
  },
  "greeter-java": {
    title: "Greeter in Java",
    about: "The same two functions on the official SDK.",
    toolchain: java,
    prepare: [{ command: ["mvn", "--quiet", "--batch-mode", "package"], unless: { file: "target/greeter.jar" } }],
    command: ["java", "-jar", "target/greeter.jar"],
    ...greeting,
  },
  "greeter-go": {
    title: "Greeter in Go",
    about: "The same two functions on the official SDK.",
    toolchain: go,
    prepare: [{ command: ["go", "build", "-o", "target/greeter", "."] }],
    command: ["target/greeter"],
    ...greeting,
  },
  "greeter-rust": {
    title: "Greeter in Rust",
    about: "The same two functions without an SDK: plain HTTP, and prost for the protocol's messages.",
    toolchain: rust,
    prepare: [{ command: ["cargo", "build", "--release", "--locked"] }],
    command: ["target/release/greeter"],
    ...greeting,
  },
  classifier: {
    title: "Classifier",
    about: "Which iris is it? A model of scikit-learn that trains at its start; each flower gets its class.",
    toolchain: python,
    prepare: pythonSteps("sklearn, statefun"),
    command: [".venv/bin/python", "functions.py"],
    egress: "iris/classes",
  },
};

export function exampleFolder(name: ExampleName): string {
  return fileURLToPath(new URL(`../../../../../examples/${name}`, import.meta.url));
}

/** Undefined when there is no example of that name. */
export function exampleNamed(text: string | undefined): ExampleName | undefined {
  return exampleNames.find((name) => name === text);
}

/** Undefined when all that it needs is on the path. */
export function missingOf({ toolchain }: Pick<Example, "toolchain">, path: string): Missing | undefined {
  if (toolchain === undefined) return undefined;
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  const programs = toolchain.programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  if (programs.length === 0) return undefined;
  const asRoot = process.getuid?.() === 0 ? "" : "sudo ";
  const install = process.platform === "darwin" ? `brew install ${toolchain.brew}` : `${asRoot}apt-get install ${toolchain.apt}`;
  return { name: toolchain.name, programs, install };
}
