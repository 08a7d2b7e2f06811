/**
 * NotDecoded: why no decoder fits a value's bytes, and how to get one.
 */
import type { ReactElement } from "react";
import type { ValueView as Value } from "../trpc/views.ts";

/** `also` says why they are not guessed either. */
export function NotDecoded({ value, also }: { value: Value; also?: string }): ReactElement {
  return (
    <p className="text-[12px] text-quiet">
      Not decoded: {value.decoder}
      {also === undefined ? null : `; ${also}`}. Hex and base64 show the bytes; a descriptor set uploaded under Send decodes protobuf.
    </p>
  );
}
