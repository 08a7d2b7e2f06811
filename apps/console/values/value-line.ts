/**
 * lineOf: writes a value on one line. Pure.
 */
import { bytes } from "../format/numbers.ts";
import { exact } from "../format/times.ts";
import type { ValueView } from "../trpc/views.ts";
import { parseJson, toText } from "./json-node.ts";

const LINE_CHARACTERS_MAX = 160;

export function lineOf(value: ValueView): string {
  switch (value.as) {
    case "json": {
      const node = parseJson(value.text);
      return (node === null ? value.text : toText(node)).slice(0, LINE_CHARACTERS_MAX);
    }
    case "text":
      return value.text.slice(0, LINE_CHARACTERS_MAX);
    case "bytes":
      return `${bytes(value.sizeBytes)} of bytes`;
    case "absent":
      return value.erasedMs === undefined ? `${bytes(value.sizeBytes)}, not kept` : `erased on ${exact(value.erasedMs)}`;
  }
}
