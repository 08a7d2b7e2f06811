/** Life: one opening of a connector, from open() to close(): when it is over, and why. supervised.ts runs one after the other. */
export interface Life {
  readonly end: AbortController;
  /** Resolves with the error that ends it, or undefined. */
  readonly over: Promise<Error | undefined>;
  finish(error: Error | undefined): void;
}

/** Begins a life. It ends when it is finished, or when `stop` is aborted. */
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
