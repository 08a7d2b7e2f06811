/**
 * principalOf: who asks, of a request at one of the doors. The only place that makes principals of requests. There are no credentials yet:
 * whoever passed the rules of the site (listener/site-rules.ts) is the local person.
 */
import { localPerson, type Door, type Principal } from "../contract/principal.ts";

const people: Readonly<Record<Exclude<Door, "gateway">, Principal>> = {
  console: localPerson("console"),
  http: localPerson("http"),
  grpc: localPerson("grpc"),
};

export function principalOf(door: Exclude<Door, "gateway">): Principal {
  return people[door];
}
