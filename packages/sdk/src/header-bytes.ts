/**
 * headerBytes(): a text as fetch takes it in a header: one character a byte, of its UTF-8, as the gateway reads it. Names of types and keys
 * may hold any character; fetch refuses those beyond 255 and sends those beyond 127 as one byte, which is no UTF-8. Neighbours: client.ts
 * and client-calls.ts send them.
 */
const utf8 = new TextEncoder();
const beyondAscii = /[^\u0000-\u007f]/;

export function headerBytes(text: string): string {
  return beyondAscii.test(text) ? Array.from(utf8.encode(text), (byte) => String.fromCharCode(byte)).join("") : text;
}
