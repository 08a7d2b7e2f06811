/**
 * MessageHeaders: what came with a message beside its value, a header a line; it shows nothing when there are none.
 */
import type { ReactElement } from "react";
import type { MessageView } from "../trpc/views.ts";

export function MessageHeaders({ headers }: Pick<MessageView, "headers">): ReactElement | null {
  if (headers.length === 0) return null;
  return (
    <details className="mt-1 text-[12px]" open={headers.length <= 3}>
      <summary className="text-quiet">{headers.length === 1 ? "1 header" : `${headers.length} headers`}</summary>
      <dl className="mt-1 grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3 gap-y-0.5 font-mono">
        {headers.map(({ name, value, base64 }, index) => (
          // A name may occur more than once.
          <div key={`${name}-${index}`} className="contents">
            <dt className="break-all text-quiet">{name}</dt>
            <dd className="min-w-0 break-all">
              {value === "" ? <span className="text-quiet">(empty)</span> : value}
              {base64 ? <span className="ml-1 font-sans text-quiet">base64</span> : null}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
