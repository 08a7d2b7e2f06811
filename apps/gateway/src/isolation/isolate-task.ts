/**
 * IsolateTask: what the gateway tells the process that runs one endpoint's isolated functions: their source, their bounds, and which files
 * its imports may come from. Neighbours: isolated-functions.ts makes one and writes it to the process; isolate-main.ts reads it there.
 */

/** Why the source cannot be used; the codes are those of embedded sources (packages/runtime). */
export interface IsolateProblem {
  readonly code:
    | "EMBEDDED_NOT_COMPILED"
    | "EMBEDDED_NOT_LOADED"
    | "EMBEDDED_NO_FUNCTIONS"
    | "EMBEDDED_LOAD_TIMEOUT"
    | "EMBEDDED_OUT_OF_MEMORY";
  readonly message: string;
  /** Set where the code alone does not say how to cure it. */
  readonly cure?: string | undefined;
  /** The global that it uses and that does not exist. */
  readonly missing?: string | undefined;
  /** The line in the source, from 1; undefined when it is not known. */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** Where the code that isolates may import is; nothing else is ever read for them. */
export interface ImportPlaces {
  /** The file of each name that can be imported. */
  readonly names: Readonly<Record<string, string>>;
  /** The folders that relative imports of those files may not leave. */
  readonly roots: readonly string[];
}

export interface IsolateTask {
  /** One file of TypeScript. */
  readonly code: string;
  readonly exportName: string | undefined;
  readonly memoryMiBMax: number;
  readonly callTimeoutMs: number;
  readonly imports: ImportPlaces;
  readonly purpose: /** Serves functions over HTTP at a Unix domain socket, until the gateway is gone. */
    | { readonly kind: "serve"; readonly socketPath: string }
    /**
     * Says whether the source can be loaded, in one line of JSON (IsolateReport); with a request (base64 of a ToFunction) also what it
     * answers.
     */
    | { readonly kind: "check"; readonly request?: string };
}

/** A function type as its source declares it. */
export interface ServedFunction {
  readonly type: string;
  /** The types of the values that it takes. */
  readonly takes: readonly string[];
  readonly states: readonly { readonly name: string; readonly typename: string }[];
}

/** What a process that checks a source writes. */
export type IsolateReport =
  | { readonly kind: "refused"; readonly problem: IsolateProblem }
  | {
      readonly kind: "loaded";
      readonly functions: readonly ServedFunction[];
      readonly answer?: ReportedAnswer;
      readonly lines: readonly string[];
    };

export type ReportedAnswer =
  /** `reply` is the base64 of a FromFunction. */
  { readonly kind: "reply"; readonly reply: string } | { readonly kind: "failed"; readonly code: string; readonly reason: string };
