/**
 * isLoopback: whether a name or address leads only to this machine. The settings and the rules of the HTTP port ask it.
 */
import { BlockList, isIP } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");
loopback.addSubnet("::ffff:127.0.0.0", 104, "ipv6");

export function isLoopback(name: string): boolean {
  if (name === "localhost") return true;
  const family = isIP(name);
  return family > 0 && loopback.check(name, family === 4 ? "ipv4" : "ipv6");
}
