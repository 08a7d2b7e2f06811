/**
 * Register an endpoint: URL template, functions, types to check. The endpoint is checked as soon as the form is complete, and again after
 * every change; saving needs a passed check of exactly what is in the form, or a deliberate "register anyway".
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "../../ui/link.tsx";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryStates } from "nuqs";
import { useState, type FormEvent, type ReactElement } from "react";
import { MayButton } from "../../identity/may-button.tsx";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/feedback/error-state.tsx";
import { Checkbox } from "../../ui/form/field.tsx";
import { Skeleton } from "../../ui/feedback/skeleton.tsx";
import { toast } from "../../ui/feedback/toaster.tsx";
import { CheckResult } from "./check-result.tsx";
import { EndpointFields } from "./endpoint-fields.tsx";
import { useEndpointCheck } from "./use-endpoint-check.ts";
import { functionsProblem, typeNamesOf, urlProblem } from "./endpoint-form.ts";
import { useFunctionsWords } from "../../words/functions/use-functions-words.ts";
import type { FunctionsWords } from "../../words/functions/en.ts";

export function RegisterPage(): ReactElement {
  const words = useFunctionsWords();
  const [form, setForm] = useQueryStates(
    { url: parseAsString.withDefault(""), functions: parseAsString.withDefault(""), types: parseAsString.withDefault("") },
    { history: "replace" },
  );
  const [anyway, setAnyway] = useState(false);
  const names = typeNamesOf(form.functions, form.types, words.problems);
  const whole =
    urlProblem(form.url, words.problems) === null && functionsProblem(form.functions, words.problems) === null && names.problem === null;
  const input = { urlTemplate: form.url.trim(), functions: form.functions.trim(), typeNames: names.types };
  const check = useEndpointCheck(whole ? input : null);
  const { passed } = check;

  const register = useRegister(names.types[0]);

  function save(event: FormEvent): void {
    event.preventDefault();
    if (whole && (passed || anyway)) register.mutate(input);
  }

  return (
    <>
      <PageHeader
        title={words.register}
        note={words.form.note}
        actions={
          <Button asChild>
            <Link href="/functions">{words.form.back}</Link>
          </Button>
        }
      />
      <PageBody>
        <div className="grid gap-6 p-4 wide:grid-cols-[minmax(0,440px)_minmax(0,1fr)]">
          <form onSubmit={save} className="flex flex-col gap-4">
            <EndpointFields form={form} onChange={(change) => void setForm(change)} />
            <div className="flex flex-col gap-3 border-t border-line pt-4">
              {whole && !passed && !check.isPending ? (
                <Checkbox label={anywayLabel(check, words.form)} checked={anyway} onChange={(event) => setAnyway(event.target.checked)} />
              ) : null}
              <div className="flex flex-wrap gap-2">
                <MayButton
                  operation="functions.register"
                  type="submit"
                  tone="primary"
                  pending={register.isPending}
                  disabled={!whole || !(passed || anyway)}
                >
                  {passed || !anyway
                    ? words.form.registerIt(input.functions || words.form.theEndpoint)
                    : words.form.unchecked(input.functions)}
                </MayButton>
                <Button disabled={!whole} pending={check.isPending} onClick={() => check.run(input)}>
                  {words.form.checkAgain}
                </Button>
              </div>
              {register.error === null ? null : <ErrorState inline error={register.error} what={words.form.not} />}
            </div>
          </form>
          <section aria-label={words.form.check} aria-live="polite" className="min-w-0">
            {whole ? <CheckState check={check} onRetry={() => check.run(input)} /> : <Waiting />}
          </section>
        </div>
      </PageBody>
    </>
  );
}

/** Says what "anyway" leads to. */
function anywayLabel({ current, data }: ReturnType<typeof useEndpointCheck>, words: FunctionsWords["form"]): string {
  return current && data?.code === "state-type-changed" ? words.anywayState : words.anyway;
}

function Waiting(): ReactElement {
  const words = useFunctionsWords();
  return (
    <div className="max-w-[60ch] text-[13px] leading-5 text-quiet">
      <p>{words.form.about}</p>
      <p className="mt-2">{words.form.carries}</p>
    </div>
  );
}

function CheckState({ check, onRetry }: { check: ReturnType<typeof useEndpointCheck>; onRetry: () => void }): ReactElement | null {
  const words = useFunctionsWords();
  if (check.isPending || (!check.current && check.error === null)) return <Skeleton rows={4} label={words.form.asking} />;
  if (check.error !== null) return <ErrorState error={check.error} what={words.form.couldNot} onRetry={onRetry} />;
  return check.data === undefined ? null : <CheckResult check={check.data} />;
}

/** Registers the endpoint, and leads to what was registered. */
function useRegister(firstType: string | undefined) {
  const words = useFunctionsWords();
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  return useMutation(
    trpc.functions.register.mutationOptions({
      onSuccess: async (result) => {
        toast(words.form.done(result.module), { description: words.form.revision(result.revision) });
        await queryClient.invalidateQueries();
        router.push(firstType === undefined ? "/functions?view=endpoints" : `/functions?type=${encodeURIComponent(firstType)}`);
      },
    }),
  );
}
