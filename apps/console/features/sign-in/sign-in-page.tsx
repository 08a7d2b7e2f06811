/** SignInPage: name and password. A refusal says what is wrong and when the next try is possible. */
"use client";
import { useState, type FormEvent, type ReactElement } from "react";
import { urlOf } from "../../shell/base-path.ts";
import { Button } from "../../ui/button.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { Entrance } from "./entrance.tsx";
import { PasswordField } from "./password-field.tsx";
import { ProviderEntrance } from "./provider-entrance.tsx";
import { nextPath, postJson } from "./post-json.ts";
import { useWait } from "./use-wait.ts";
import { useEntranceWords } from "../../words/entrance/use-entrance-words.ts";

export function SignInPage(): ReactElement {
  const words = useEntranceWords();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const [left, wait] = useWait();
  async function signIn(event: FormEvent): Promise<void> {
    event.preventDefault();
    setPending(true);
    const posted = await postJson("/v1/session", { name, password }, words);
    if (posted.kind === "done") return window.location.assign(urlOf(nextPath(window.location.search)));
    setPending(false);
    setError(posted.text);
    wait(posted.waitSeconds);
  }
  return (
    <Entrance title={words.signIn}>
      <ProviderEntrance />
      <form onSubmit={(event) => void signIn(event)} className="flex flex-col gap-4">
        <Field label={words.name}>
          {(control) => (
            <Input
              {...control}
              required
              autoFocus
              autoComplete="username"
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
            />
          )}
        </Field>
        <PasswordField autoComplete="current-password" value={password} onChange={setPassword} error={error} />
        <Button type="submit" tone="primary" pending={pending} disabled={left > 0} className="self-start">
          {left > 0 ? words.signInIn(left) : words.signIn}
        </Button>
      </form>
      <div className="mt-6 flex flex-col gap-2 border-t border-line pt-4 text-[12px] text-quiet">
        <p>{words.sessionNote}</p>
        <p>{words.noAccount}</p>
      </div>
    </Entrance>
  );
}
