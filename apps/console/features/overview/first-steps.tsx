/** The empty overview: three ways on, the quickest first. */
"use client";
import { Link } from "../../ui/link.tsx";
import { useEffect, useState, type ReactNode } from "react";
import { originUrlOf } from "../../shell/base-path.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { DemoButton } from "./demo-button.tsx";

export function FirstSteps() {
  const [origin, setOrigin] = useState("");
  useEffect(() => setOrigin(originUrlOf("")), []);
  const curl = `curl -X POST ${origin}/v1/messages/example/greeter/ada -d 'Hello'`;
  return (
    <div className="mx-auto max-w-[640px] px-4 pt-14 pb-10">
      <h2 className="text-[20px] leading-7 font-semibold">Nothing is registered yet</h2>
      <p className="mt-1 text-quiet">
        Signalbox keeps the state of entities, carries the messages between them and calls the functions that hold your logic. Here you will
        see whether all of that is well.
      </p>
      <ol className="mt-8 flex flex-col">
        <Step title="See it move" action={<DemoButton />}>
          A demo registers functions and sends them messages: a small shop, or cars and passengers in a town. Stop it at any time.
        </Step>
        <Step
          title="Register your endpoint"
          action={
            <Button asChild>
              <Link href="/functions/register">Register an endpoint</Link>
            </Button>
          }
        >
          Paste the URL of a service that speaks the StateFun protocol. It is checked before anything is saved.
        </Step>
        <Step title="Send a first message">
          Once a function type is registered, any HTTP client can send to it:
          <span className="mt-2 flex items-center gap-1 rounded border border-line bg-panel py-1 pr-1 pl-3">
            <code className="min-w-0 flex-1 overflow-x-auto text-[12px] whitespace-nowrap text-text" tabIndex={0}>
              {curl}
            </code>
            <CopyButton text={curl} label="Copy the command" />
          </span>
        </Step>
      </ol>
    </div>
  );
}

function Step({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-8 gap-y-3 border-t border-line py-5">
      <div className="min-w-0 flex-1 basis-72">
        <h3 className="font-semibold">{title}</h3>
        <div className="mt-0.5 text-quiet">{children}</div>
      </div>
      {action}
    </li>
  );
}
