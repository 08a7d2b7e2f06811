/**
 * hexDump: base64 to rows of sixteen bytes with offset and printable characters. It shows at most HEX_BYTES_MAX bytes. Pure.
 */
export const HEX_BYTES_MAX = 16_384;
const ROW_BYTES = 16;

export interface HexRow {
  offset: string;
  hex: string;
  text: string;
}

export function hexDump(base64: string): HexRow[] {
  const binary = atob(base64).slice(0, HEX_BYTES_MAX);
  const rows: HexRow[] = [];
  for (let at = 0; at < binary.length; at += ROW_BYTES) {
    const codes = [...binary.slice(at, at + ROW_BYTES)].map((character) => character.charCodeAt(0));
    rows.push({
      offset: at.toString(16).padStart(4, "0"),
      hex: codes.map((code) => code.toString(16).padStart(2, "0")).join(" "),
      text: codes.map((code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·")).join(""),
    });
  }
  return rows;
}
