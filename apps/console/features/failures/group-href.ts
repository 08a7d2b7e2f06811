/** The URL of one failure group; the page opens it in the inspector. */
export function groupHref(fingerprint: string): string {
  return `/failures?group=${encodeURIComponent(fingerprint)}`;
}
