/** Life: one opening of a connector, from open() to close(): when it is over, and why. supervised.ts lives them, one after the other. */
export interface Life {
  readonly end: AbortController;
  /** Settles with why it ends. */
  readonly over: Promise<Error | undefined>;
  finish(error: Error | undefined): void;
}

/** Ends when it is finished; at once, where everything is to stop. */
export function newLife(stop: AbortSignal): Life {
  const end = new AbortController();
  let resolve: (error: Error | undefined) => void = () => undefined;
  const over = new Promise<Error | undefined>((settle) => {
    resolve = settle;
  });
  const finish = (error: Error | undefined): void => {
    resolve(error);
    end.abort();
  };
  if (stop.aborted) finish(undefined);
  return { end, over, finish };
}
