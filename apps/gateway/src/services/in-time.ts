/** inTime: bounds the wait for what the catalog adds to an answer; when it takes too long, the answer is given without it. */
const waitMsMax = 1_000;

export async function inTime<T>(work: Promise<T>, otherwise: T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(() => late.resolve(otherwise), waitMsMax);
  try {
    return await Promise.race([work.catch(() => otherwise), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
