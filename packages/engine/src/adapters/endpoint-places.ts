/**
 * EndpointPlaces: which hosts, addresses and sockets an endpoint may lead to. The host in a module is checked before a connection is
 * opened, and its addresses while it is opened: the socket connects to exactly the addresses that were checked. Neighbours:
 * transport-http-pools.ts and http2-sessions.ts ask here; the gateway reads the patterns (SIGNALBOX_ENDPOINT_ALLOW). Guarantee: link-local
 * addresses, where clouds hand out credentials, are reached only when a pattern names them.
 */
import type { LookupAddress } from "node:dns";
import { lookup as resolveHost } from "node:dns/promises";
import { realpathSync } from "node:fs";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { basename } from "node:path";
import type { EndpointPlaces } from "@signalbox/runtime";

export type { EndpointPlaces } from "@signalbox/runtime";

type Subnet = readonly [network: string, prefix: number, family: "ipv4" | "ipv6"];

/** Link-local addresses, and those where clouds serve metadata and credentials to anybody who can connect. */
const withheldIpv4: readonly (readonly [network: string, prefix: number])[] = [
  ["169.254.0.0", 16],
  ["100.100.100.200", 32],
  ["168.63.129.16", 32],
  ["192.0.0.192", 32],
];
/**
 * IPv6 prefixes that embed an IPv4 address: compatible, translated, NAT64 well-known and local. BlockList handles the mapped form itself.
 */
const embedding = ["::", "::ffff:0:", "64:ff9b::", "64:ff9b:1::"];
const withheldSubnets: readonly Subnet[] = [
  ...withheldIpv4.map(([network, prefix]): Subnet => [network, prefix, "ipv4"]),
  ...withheldIpv4.flatMap(([network, prefix]) => embedding.map((before): Subnet => [before + network, 96 + prefix, "ipv6"])),
  ...withheldIpv4.map(([network, prefix]): Subnet => [sixToFour(network), 16 + prefix, "ipv6"]),
  ["fe80::", 10, "ipv6"],
  // The services inside each machine of AWS: credentials of the machine and of pods, time, names.
  ["fd00:ec2::", 32, "ipv6"],
  ["fd20:ce::254", 128, "ipv6"],
];
const withheldNames = ["metadata.google.internal", "metadata.goog", "instance-data.ec2.internal"];
/** A process that may write to one of these may do anything on the machine. */
const withheldSockets = ["docker.sock", "containerd.sock", "crio.sock", "podman.sock", "system_bus_socket"];

const withheld = new BlockList();
for (const [network, prefix, family] of withheldSubnets) withheld.addSubnet(network, prefix, family);

function sixToFour(network: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = network.split(".").map(Number);
  return `2002:${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}::`;
}

export class ForbiddenPlace extends Error {
  readonly code = "FORBIDDEN_PLACE";
}

export type ResolveHost = (host: string) => Promise<readonly LookupAddress[]>;

const resolveAll: ResolveHost = (host) => resolveHost(host, { all: true });

interface NamePattern {
  readonly host: RegExp;
}

interface AddressPattern {
  readonly addresses: BlockList;
  /** True when the pattern names addresses that are withheld otherwise. */
  readonly opens: boolean;
}

export type ParsedPlaces = { readonly kind: "ok"; readonly places: EndpointPlaces } | { readonly kind: "error"; readonly reason: string };

/**
 * Each pattern is a host name (`fn.example`, `*.example`, `*`), an address or a subnet (`10.0.0.0/8`), or the path of a socket
 * (`/run/fn/*.sock`). No pattern at all means `*` and every socket. A withheld address is reached only when a pattern names it or its own
 * network; no wider pattern opens it.
 */
export function parsePlaces(patterns: readonly string[], resolve: ResolveHost = resolveAll): ParsedPlaces {
  const names: NamePattern[] = [];
  const addresses: AddressPattern[] = [];
  const sockets: RegExp[] = [];
  const namedSockets = new Set<string>();
  for (const pattern of patterns) {
    if (pattern.startsWith("/")) {
      sockets.push(wildcard(pattern, "[^/]*"));
      namedSockets.add(basename(pattern));
      continue;
    }
    const subnet = parseSubnet(pattern);
    if (subnet !== undefined) addresses.push(subnet);
    else if (/^[a-z0-9*]([a-z0-9*._-]*[a-z0-9*])?$/i.test(pattern)) names.push({ host: wildcard(pattern.toLowerCase(), "[^:]*") });
    else return { kind: "error", reason: `"${pattern}" is no host name, address, subnet or path of a socket` };
  }
  if (patterns.length === 0) {
    names.push({ host: /^/ });
    sockets.push(/^/);
  }
  return { kind: "ok", places: new Places({ names, addresses, sockets, namedSockets, resolve }) };
}

/** Throws for invalid patterns. Those of the gateway's settings were checked before. */
export function placesOf(patterns: readonly string[]): EndpointPlaces {
  const parsed = parsePlaces(patterns);
  if (parsed.kind === "error") throw new Error(parsed.reason);
  return parsed.places;
}

function wildcard(pattern: string, any: string): RegExp {
  const escaped = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join(any)}$`);
}

function parseSubnet(pattern: string): AddressPattern | undefined {
  const [network = "", bits, ...more] = pattern.replaceAll(/[[\]]/g, "").split("/");
  const family = isIP(network);
  if (family === 0 || more.length > 0) return undefined;
  const widest = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? widest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (prefix < 0 || prefix > widest) return undefined;
  const addresses = new BlockList();
  addresses.addSubnet(network, prefix, familyName(family));
  // A pattern that is wider than a link-local network (0.0.0.0/0) was not meant to open it.
  return { addresses, opens: withheld.check(network, familyName(family)) && prefix >= (family === 4 ? 16 : 10) };
}

function familyName(family: number): "ipv4" | "ipv6" {
  return family === 4 ? "ipv4" : "ipv6";
}

interface PlacesParts {
  readonly names: readonly NamePattern[];
  readonly addresses: readonly AddressPattern[];
  readonly sockets: readonly RegExp[];
  readonly namedSockets: ReadonlySet<string>;
  readonly resolve: ResolveHost;
}

class Places implements EndpointPlaces {
  readonly #parts: PlacesParts;
  /** Look-ups under way, one per name: a name server that is slow for one host must not occupy many threads of the process. */
  readonly #asked = new Map<string, Promise<readonly LookupAddress[]>>();

  constructor(parts: PlacesParts) {
    this.#parts = parts;
  }

  hostRefusal(written: string): string | undefined {
    const host = plainHost(written);
    const family = isIP(host);
    if (family !== 0) return this.#addressRefusal(host, familyName(family), false);
    if (withheldNames.includes(host)) return `${host} hands out credentials of this machine`;
    const { names, addresses } = this.#parts;
    // A subnet may allow what the name resolves to.
    return addresses.length > 0 || names.some((pattern) => pattern.host.test(host)) ? undefined : notAllowed(host);
  }

  socketRefusal(path: string): string | undefined {
    const { sockets, namedSockets } = this.#parts;
    const real = realPathOf(path);
    if (!sockets.some((pattern) => pattern.test(path)) || (real !== path && !sockets.some((pattern) => pattern.test(real))))
      return notAllowed(path);
    const name = basename(real);
    return withheldSockets.includes(name) && !namedSockets.has(name) ? `${name} governs this machine` : undefined;
  }

  readonly lookup: LookupFunction = (hostname, options, answer) => {
    const host = plainHost(hostname);
    const refusal = this.hostRefusal(host);
    if (refusal !== undefined) return answer(new ForbiddenPlace(refusal), "", 0);
    const isNamed = this.#parts.names.some((pattern) => pattern.host.test(host));
    const { family = 0 } = options;
    const wanted = family === "IPv4" ? 4 : family === "IPv6" ? 6 : family;
    this.#ask(host).then(
      (found) => {
        const ofFamily = found.filter((one) => wanted === 0 || one.family === wanted);
        const allowed = ofFamily.filter((one) => this.#addressRefusal(one.address, familyName(one.family), isNamed) === undefined);
        const [first] = allowed;
        if (first === undefined) answer(noAddress(host, ofFamily), "", 0);
        else if (options.all === true) answer(null, allowed);
        else answer(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => answer(error, "", 0),
    );
  };

  #ask(host: string): Promise<readonly LookupAddress[]> {
    const asked = this.#asked.get(host);
    if (asked !== undefined) return asked;
    const answer = this.#parts.resolve(host).finally(() => this.#asked.delete(host));
    this.#asked.set(host, answer);
    return answer;
  }

  #addressRefusal(address: string, family: "ipv4" | "ipv6", isNamed: boolean): string | undefined {
    const { names, addresses } = this.#parts;
    // The zone (fe80::1%eth0) is cut off.
    const bare = address.split("%", 1)[0] ?? "";
    const matching = addresses.filter((pattern) => pattern.addresses.check(bare, family));
    if (matching.some((pattern) => pattern.opens)) return undefined;
    if (withheld.check(bare, family)) return `${address} is link-local or hands out credentials of this machine`;
    return isNamed || matching.length > 0 || names.some((pattern) => pattern.host.test(bare)) ? undefined : notAllowed(address);
  }
}

/** Lower case, without the brackets of IPv6 and the dot at the end of a full name. */
function plainHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/(?<!\.)\.+$/, "");
}

function noAddress(host: string, found: readonly LookupAddress[]): Error {
  if (found.length === 0) return Object.assign(new Error(`${host} has no address of the wanted family`), { code: "ENODATA" });
  return new ForbiddenPlace(`${host} leads to ${found.map((one) => one.address).join(", ")}, where no endpoint may be`);
}

function notAllowed(place: string): string {
  return `SIGNALBOX_ENDPOINT_ALLOW does not name ${place}`;
}

/** Follows symbolic links; a path that does not exist yet is taken as written. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Any place that is not withheld. */
export const anyPlace: EndpointPlaces = placesOf([]);
