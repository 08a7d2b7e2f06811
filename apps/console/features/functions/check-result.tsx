/**
 * CheckResult: what an endpoint answered: the cause beside the cure, then for each type whether it is served and its states.
 */
import type { ReactElement } from "react";
import { duration } from "../../format/times.ts";
import type { EndpointCheck } from "../../trpc/views.ts";
import { PartTitle } from "../../ui/text/details.tsx";
import { StatusWord } from "../../ui/feedback/status-word.tsx";
import { StatesTable } from "./states-table.tsx";
import { SaidSo } from "../entities/failure-note.tsx";
import { useFailureWords } from "../../words/failure/use-failure-words.ts";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";

export function CheckResult({ check }: { check: EndpointCheck }): ReactElement {
  const words = useFunctionsWords();
  const texts = useFailureWords();
  return (
    <div className="flex flex-col gap-4">
      <div className="rounded-md border border-line bg-panel px-3 py-2.5">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-[13px]">
          <StatusWord tone={check.ok ? "clear" : "danger"} className="font-medium">
            {check.ok ? words.check.answers : words.check.failed}
          </StatusWord>
          <span className="min-w-0 font-mono text-[12px] break-all text-quiet">{check.url}</span>
          {check.roundTripMs === null ? null : <span className="font-mono text-[12px] text-quiet">{duration(check.roundTripMs)}</span>}
          {check.ok ? null : <span className="font-mono text-[12px] text-danger">{check.code}</span>}
        </div>
        {check.ok ? (
          check.message === "" ? null : (
            <p className="mt-1.5 text-[13px] text-quiet">{words.check.well(check.types.length, check.message)}</p>
          )
        ) : (
          <div className="mt-2 grid gap-x-6 gap-y-2 text-[13px] leading-5 sm:grid-cols-2">
            <div>
              <p className="text-[12px] text-quiet">{words.check.cause}</p>
              <p className="break-words">{texts.means(check.code, check.message)}</p>
              <SaidSo failure={check} />
            </div>
            <div>
              <p className="text-[12px] text-quiet">{words.check.cure}</p>
              <p className="break-words">{texts.cure(check.code, check.cure)}</p>
            </div>
          </div>
        )}
      </div>
      {check.types
        .filter((type) => check.ok || type.served || type.message !== check.message)
        .map((type) => (
          <section key={type.type} className="flex flex-col gap-1">
            <PartTitle
              end={
                <StatusWord tone={type.served ? "clear" : "danger"} className="text-[12px]">
                  {type.served ? words.check.served : words.check.notServed}
                </StatusWord>
              }
            >
              <span className="font-mono">{type.type}</span>
            </PartTitle>
            {type.served ? (
              <StatesTable states={type.states} none={words.check.noState} />
            ) : (
              <p lang="en" className="text-[12px] break-words text-quiet">
                {type.message}
              </p>
            )}
          </section>
        ))}
    </div>
  );
}
