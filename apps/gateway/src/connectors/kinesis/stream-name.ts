/** What Kinesis calls a stream: a name without its ARN. */
export function isStreamName(text: string): boolean {
  return /^[A-Za-z0-9_.-]{1,128}$/.test(text);
}
