/** inTime: what the catalog knows beside an answer is not waited for longer than the answer itself may take; without it the answer is given without. */
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
