/**
 * Register an endpoint: URL template, functions, types to ask for. The endpoint is checked as soon as the form is whole, and again
 * after every change; saving needs a passed check of exactly what stands in the form, or a deliberate "register anyway".
 */
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { parseAsString, useQueryStates } from "nuqs";
import { useEffect, useRef, useState, type FormEvent, type ReactElement } from "react";
import { PageBody, PageHeader } from "../../shell/page-header.tsx";
import { useTRPC } from "../../trpc/context.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Checkbox, Field, Input } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toaster.tsx";
import { useDebounced } from "../../ui/use-debounced.ts";
import { CheckResult } from "./check-result.tsx";
import { functionsProblem, typeNamesOf, urlProblem } from "./endpoint-form.ts";

const TYPING_PAUSE_MS = 500;

export function RegisterPage(): ReactElement {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [form, setForm] = useQueryStates({ url: parseAsString.withDefault(""), functions: parseAsString.withDefault(""), types: parseAsString.withDefault("") }, { history: "replace" });
  const [anyway, setAnyway] = useState(false);
  const wildcard = form.functions.trim().endsWith("/*");
  const names = typeNamesOf(form.functions, form.types);
  const urlWrong = form.url === "" ? null : urlProblem(form.url);
  const functionsWrong = form.functions === "" ? null : functionsProblem(form.functions);
  const whole = form.url !== "" && form.functions !== "" && urlWrong === null && functionsWrong === null && names.problem === null;
  const input = { urlTemplate: form.url.trim(), functions: form.functions.trim(), typeNames: names.types };
  const key = whole ? JSON.stringify(input) : "";
  const settled = useDebounced(key, TYPING_PAUSE_MS);

  const { mutate: runCheck, reset, ...check } = useMutation(trpc.functions.check.mutationOptions());
  const latest = useRef(input);
  useEffect(() => {
    latest.current = input;
  });
  useEffect(() => {
    if (settled === "") reset();
    else runCheck(latest.current);
  }, [settled, runCheck, reset]);
  const current = check.variables !== undefined && JSON.stringify(check.variables) === key;
  const passed = current && check.data?.ok === true;

  const register = useMutation(
    trpc.functions.register.mutationOptions({
      onSuccess: async (result) => {
        toast(`Registered as module ${result.module}`, { description: `Revision ${result.revision}` });
        await queryClient.invalidateQueries();
        router.push(names.types[0] === undefined ? "/functions?view=endpoints" : `/functions?type=${encodeURIComponent(names.types[0])}`);
      },
    }),
  );

  function save(event: FormEvent): void {
    event.preventDefault();
    if (whole && (passed || anyway)) register.mutate(input);
  }

  return (
    <>
      <PageHeader title="Register an endpoint" note="where functions are served" actions={<Button asChild><Link href="/functions">Back to functions</Link></Button>} />
      <PageBody>
        <div className="grid gap-6 p-4 wide:grid-cols-[minmax(0,440px)_minmax(0,1fr)]">
          <form onSubmit={save} className="flex flex-col gap-4">
            <Field label="URL template" error={urlWrong} hint={<>As this gateway reaches it. <code>{"{function.name}"}</code> stands for the function's name.</>}>
              {(control) => <Input {...control} mono autoFocus placeholder="http://127.0.0.1:8000/statefun" value={form.url} onChange={(event) => void setForm({ url: event.target.value })} />}
            </Field>
            <Field label="Functions" error={functionsWrong} hint={<>One type, as <code>shop/cart</code>, or all of a namespace, as <code>shop/*</code>.</>}>
              {(control) => <Input {...control} mono placeholder="example/greeter" value={form.functions} onChange={(event) => void setForm({ functions: event.target.value })} />}
            </Field>
            {wildcard ? (
              <Field label="Types to ask for" error={form.types === "" ? null : names.problem} hint="Names or whole types, separated by commas. An endpoint cannot list what it serves, so name at least one.">
                {(control) => <Input {...control} mono placeholder="cart, stock" value={form.types} onChange={(event) => void setForm({ types: event.target.value })} />}
              </Field>
            ) : null}
            <div className="flex flex-col gap-3 border-t border-line pt-4">
              {whole && !passed && !check.isPending ? (
                <Checkbox label="Register anyway; its messages wait until it answers" checked={anyway} onChange={(event) => setAnyway(event.target.checked)} />
              ) : null}
              <div className="flex flex-wrap gap-2">
                <Button type="submit" tone="primary" pending={register.isPending} disabled={!whole || !(passed || anyway)}>
                  {passed || !anyway ? `Register ${input.functions || "the endpoint"}` : `Register ${input.functions} unchecked`}
                </Button>
                <Button disabled={!whole} pending={check.isPending} onClick={() => runCheck(input)}>Check again</Button>
              </div>
              {register.error === null ? null : <ErrorState inline error={register.error} what="Not registered" />}
            </div>
          </form>
          <section aria-label="Check of the endpoint" aria-live="polite" className="min-w-0">
            {!whole ? (
              <Waiting />
            ) : check.isPending || (!current && check.error === null) ? (
              <Skeleton rows={4} label="Asking the endpoint" />
            ) : check.error !== null ? (
              <ErrorState error={check.error} what="The check could not run" onRetry={() => runCheck(input)} />
            ) : check.data === undefined ? null : (
              <CheckResult check={check.data} />
            )}
          </section>
        </div>
      </PageBody>
    </>
  );
}

function Waiting(): ReactElement {
  return (
    <div className="max-w-[60ch] text-[13px] leading-5 text-quiet">
      <p>The endpoint is asked as soon as the form is whole: whether it can be reached, whether it speaks this protocol, whether it serves the named types and which states they declare.</p>
      <p className="mt-2">The question carries no message and no state, so no function runs.</p>
    </div>
  );
}
