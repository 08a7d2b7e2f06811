/** neverUnheard: an error event of a process or a pipe that nobody hears ends this process; what to do is decided where close or exit are heard. */
export function neverUnheard(emitter: { on(event: "error", listener: () => void): unknown }): void {
  emitter.on("error", ignored);
}

function ignored(): void {
  // Heard.
}
