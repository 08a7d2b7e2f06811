/**
 * A secret that is planted in a masked field, and a check whether bytes contain it: plain, JSON-escaped, in base64 (of it or of what
 * contains it) or in hex.
 */

export const canary = "canary7Zq9xV4k";

export function holdsCanary(bytes: Buffer, depth = 0): boolean {
  const text = bytes.toString("latin1");
  const lower = text.toLowerCase();
  if (text.includes(canary) || lower.includes(Buffer.from(canary).toString("hex"))) return true;
  if (lower.includes(Buffer.from(canary, "utf16le").toString("latin1").toLowerCase())) return true;
  if (text.replaceAll(/\\u00([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))).includes(canary))
    return true;
  if (depth > 2) return false;
  return [...text.matchAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g)].some(([token]) => holdsCanary(Buffer.from(token, "base64"), depth + 1));
}
