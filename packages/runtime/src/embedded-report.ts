/** EmbeddedReport: what a thread of embedded functions does and prints, for observers. Plain data, because it crosses threads. */
export interface EmbeddedReport {
  readonly endpoint: string;
  readonly module: string;
  /** The same for every thread that replaces one that ended. */
  readonly place: string;
  readonly what:
    | { readonly kind: "starting" | "running" | "gone" }
    /** The thread should end and cannot, so the process must not wait for its threads. It may also be one that only checks a source. */
    | { readonly kind: "stuck" }
    /** The thread ended by itself, or its source cannot be loaded. The next call starts another one. */
    | { readonly kind: "ended" | "refused"; readonly problem: { readonly code: string; readonly message: string } }
    | { readonly kind: "memory"; readonly bytes: number }
    | { readonly kind: "line"; readonly stream: "out" | "error" | "gateway"; readonly text: string };
}
