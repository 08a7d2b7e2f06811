/**
 * withToken: a curl line that takes an API token from the environment, by the name that the command line reads too. Neighbour: use-curl.ts
 * asks whether one is needed.
 */

/** Only the program's own name is looked for, at the beginning or after a pipe, because a body may hold the word too. */
export function withToken(line: string): string {
  return line.replace(/^(echo '[^']*' \| base64 -d \| )?curl /, '$1curl -H "Authorization: Bearer $SIGNALBOX_TOKEN" ');
}
