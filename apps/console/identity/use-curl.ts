/**
 * useCurl: makes a curl line one that works where people have to sign in. Neighbour: curl-line.ts.
 */
"use client";
import { withToken } from "./curl-line.ts";
import { useMe } from "./use-me.ts";

export function useCurl(): (line: string) => string {
  const me = useMe();
  return me?.loginRequired === true ? withToken : (line) => line;
}
