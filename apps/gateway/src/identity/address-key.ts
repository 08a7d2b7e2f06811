/**
 * addressKey: the key under which wrong passwords from an address are counted. Somebody with one IPv6 address has its whole network of
 * 2^64, so the key is the network. A proxy may add a port, which differs with each connection, so the key leaves it out.
 * Neighbour: attempt-limit.ts.
 */
import { isIP } from "node:net";

const networkGroups = 4;
const groups = 8;

export function addressKey(written: string): string {
  const address = withoutPort(written.trim().toLowerCase()).split("%", 1)[0] ?? "";
  if (isIP(address) !== 6) return address;
  const parts = groupsOf(address);
  const isMapped = parts.slice(0, 5).every((part) => part === 0) && parts[5] === 0xffff;
  if (isMapped)
    return parts
      .slice(6)
      .flatMap((part) => [part >> 8, part & 0xff])
      .join(".");
  return `${parts
    .slice(0, networkGroups)
    .map((part) => part.toString(16))
    .join(":")}::/64`;
}

function withoutPort(text: string): string {
  const bracketed = /^\[(.*)\](?::\d*)?$/.exec(text)?.[1];
  return bracketed ?? /^([^:]*):\d*$/.exec(text)?.[1] ?? text;
}

/** Parses an IPv6 address into its eight numbers. */
function groupsOf(address: string): number[] {
  const [head = "", tail] = withoutDots(address).split("::", 2);
  const read = (text: string): number[] => (text === "" ? [] : text.split(":").map((part) => Number.parseInt(part, 16)));
  const [first, last] = [read(head), read(tail ?? "")];
  return tail === undefined ? first : [...first, ...Array<number>(groups - first.length - last.length).fill(0), ...last];
}

/** `::ffff:192.0.2.1` ends in an IPv4 address. */
function withoutDots(address: string): string {
  return address.replace(/(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_all, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
}
