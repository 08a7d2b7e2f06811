/**
 * EgressLedger: each egress in a restore, planned or past: what was made since, what of it stays, is lost or comes again, and why.
 */
import type { ReactElement } from "react";
import { grouped } from "../../format/numbers.ts";
import type { EgressLedgerRow } from "../../trpc/views.ts";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { atLeast, ledgerWords } from "./restore-words.ts";
import { useSavepointsWords } from "../../words/savepoints/use-savepoints-words.ts";

export interface EgressLedgerProps {
  egresses: readonly EgressLedgerRow[];
  /** Whether the restore is planned or past. */
  time: "toCome" | "past";
}

export function EgressLedger({ egresses, time }: EgressLedgerProps): ReactElement {
  const words = useSavepointsWords();
  const told = words.ledger[time];
  return (
    <section className="min-w-0">
      <h3 className="mb-1 font-semibold">{told.title}</h3>
      {egresses.length === 0 ? (
        <p className="text-[12px] text-quiet">{told.none}</p>
      ) : (
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={words.ledger.label}>
          <table className="w-full text-left text-[12px]">
            <thead className="text-quiet">
              <tr>
                <th className="py-1 pr-3 font-normal">{words.ledger.egress}</th>
                <th className="py-1 pr-3 text-right font-normal">{words.ledger.since}</th>
                <th className="py-1 pr-3 text-right font-normal max-sm:hidden">{told.kept}</th>
                <th className="py-1 pr-3 text-right font-normal max-sm:hidden">{told.dropped}</th>
                <th className="py-1 pr-3 font-normal">{words.ledger.back}</th>
              </tr>
            </thead>
            <tbody>
              {egresses.map((row) => {
                const { tone, word, why } = ledgerWords(row, told);
                return (
                  <tr key={row.egress} className="border-t border-line align-top">
                    <td className="min-w-24 py-1 pr-3 font-mono break-words">{row.egress}</td>
                    <td className="py-1 pr-3 text-right font-mono text-egress">{grouped(row.since)}</td>
                    <td className="py-1 pr-3 text-right font-mono max-sm:hidden">{atLeast(row.kept, row)}</td>
                    <td className="py-1 pr-3 text-right font-mono max-sm:hidden">{grouped(row.dropped)}</td>
                    <td className="py-1 pr-3">
                      <StatusWord tone={tone}>{word}</StatusWord>
                      <span className="block sm:hidden">{told.both(atLeast(row.kept, row), grouped(row.dropped))}</span>
                      <span className="block text-quiet">{why}</span>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
