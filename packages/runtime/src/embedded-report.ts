/** EmbeddedReport: what a thread of embedded functions does and prints, told to whoever watches. Plain data: it crosses threads. */
export interface EmbeddedReport {
  readonly endpoint: string;
  readonly module: string;
  /** The same for every thread that takes the place of one that ended. */
  readonly place: string;
  readonly what:
    | { readonly kind: "starting" | "running" | "gone" }
    /** It was to end and cannot: the process cannot wait for its threads any more. Of one that only checks a source, too. */
    | { readonly kind: "stuck" }
    /** It ended by itself, or cannot be loaded. The next call starts another. */
    | { readonly kind: "ended" | "refused"; readonly problem: { readonly code: string; readonly message: string } }
    | { readonly kind: "memory"; readonly bytes: number }
    | { readonly kind: "line"; readonly stream: "out" | "error" | "gateway"; readonly text: string };
}
