/**
 * SetUpPage: a password is chosen by a link. Its code is after the # of the address, which is sent to no server or proxy on the way. The
 * first person also chooses a name; an invited one has a name already.
 */
"use client";
import { useEffect, useState, type FormEvent, type ReactElement } from "react";
import { urlOf } from "../../shell/base-path.ts";
import { Button } from "../../ui/button.tsx";
import { Field, Input } from "../../ui/form/field.tsx";
import { Entrance } from "./entrance.tsx";
import { PasswordField } from "./password-field.tsx";
import { postJson } from "./post-json.ts";
import { useWait } from "./use-wait.ts";
import { useEntranceWords } from "../../words/entrance/use-entrance-words.ts";

/** Tells an invitation's link from the first person's, which comes from the gateway's output. */
const invited = "i.";

export function SetUpPage(): ReactElement {
  const words = useEntranceWords();
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const [left, wait] = useWait();
  useEffect(() => setCode(window.location.hash.slice(1)), []);
  const isInvited = code.startsWith(invited);
  async function setUp(event: FormEvent): Promise<void> {
    event.preventDefault();
    setPending(true);
    const given = isInvited ? { code: code.slice(invited.length), password } : { code, name, password };
    const posted = await postJson("/v1/setup", given, words);
    if (posted.kind === "done") return window.location.assign(urlOf("/"));
    setPending(false);
    setError(posted.text);
    wait(posted.waitSeconds);
  }
  return (
    <Entrance title={isInvited ? words.choosePassword : words.firstPerson}>
      <form onSubmit={(event) => void setUp(event)} className="flex flex-col gap-4">
        {isInvited ? null : (
          <Field label={words.name} hint={words.firstHint}>
            {(control) => (
              <Input
                {...control}
                required
                autoComplete="username"
                value={name}
                onChange={({ currentTarget }) => setName(currentTarget.value)}
              />
            )}
          </Field>
        )}
        <PasswordField
          label={words.newPassword}
          hint={words.newHint}
          autoComplete="new-password"
          value={password}
          onChange={setPassword}
          error={error}
        />
        <Button type="submit" tone="primary" pending={pending} disabled={left > 0 || code === ""} className="self-start">
          {left > 0 ? words.possibleIn(left) : words.chooseIt}
        </Button>
        {code === "" ? <p className="text-[12px] text-quiet">{words.wholeLink}</p> : null}
      </form>
    </Entrance>
  );
}
