/**
 * neverUnheard: an error event of a process or a pipe without a listener ends this process. This adds a listener; what to do about the
 * error is decided where close or exit are handled.
 */
export function neverUnheard(emitter: { on(event: "error", listener: () => void): unknown }): void {
  emitter.on("error", ignored);
}

function ignored(): void {
  // Ignores the error on purpose.
}
