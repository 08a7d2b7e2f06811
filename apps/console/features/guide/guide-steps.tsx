/**
 * GuideSteps: the first steps on an empty console, at length; guide-bar.tsx shows them on other pages.
 */
"use client";
import { Check } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { originUrlOf } from "../../shell/base-path.ts";
import { Button } from "../../ui/button.tsx";
import { Link } from "../../ui/link.tsx";
import { CopyButton } from "../../ui/text/copy-button.tsx";
import { useGuideWords } from "../../words/guide/use-guide-words.ts";
import { guideReached } from "./guide-progress.ts";
import { useCurl } from "../../identity/use-curl.ts";
import { StartDemo } from "./start-demo.tsx";
import { useGuide } from "./use-guide.ts";

export function GuideSteps() {
  const words = useGuideWords();
  const guide = useGuide();
  const asCurl = useCurl();
  const [origin, setOrigin] = useState("");
  useEffect(() => {
    setOrigin(originUrlOf(""));
    guideReached("begun");
  }, []);
  // It goes to the example type that takes a text. The other one, example/greeter, takes what example/person sends, and fails with anything
  // else.
  const curl = asCurl(`curl -X POST ${origin}/v1/messages/example/person/ada -d 'Hello'`);
  return (
    <div className="mx-auto max-w-[680px] px-4 pt-14 pb-10">
      <h2 className="text-[20px] leading-7 font-semibold">{words.title}</h2>
      <p className="mt-1 text-quiet">{words.about}</p>
      <ol className="mt-8 flex flex-col" aria-label={words.steps}>
        <Step
          number={1}
          title={words.register.title}
          done={guide.registered}
          action={
            <>
              <StartDemo />
              <Button asChild>
                <Link href="/functions/register">{words.register.own}</Link>
              </Button>
            </>
          }
        >
          {words.register.about}
        </Step>
        <Step
          number={2}
          title={words.message.title}
          done={guide.sent}
          action={
            <Button asChild>
              <Link href="/send">{words.message.act}</Link>
            </Button>
          }
        >
          {words.message.about} {words.message.orCurl}
          <span className="mt-2 flex items-center gap-1 rounded border border-line bg-panel py-1 pr-1 pl-3">
            <code className="min-w-0 flex-1 overflow-x-auto text-[12px] whitespace-nowrap text-text" tabIndex={0}>
              {curl}
            </code>
            <CopyButton text={curl} label={words.message.copy} />
          </span>
        </Step>
        <Step number={3} title={words.trace.title} done={guide.seen}>
          {guide.noTraces === null ? (
            <>
              {words.trace.about} {guide.trace === null ? words.trace.none : null}
            </>
          ) : (
            <span lang="en">{guide.noTraces.sentence}</span>
          )}
        </Step>
      </ol>
    </div>
  );
}

function Step({
  number,
  title,
  done,
  action,
  children,
}: {
  number: number;
  title: string;
  done: boolean;
  action?: ReactNode;
  children: ReactNode;
}) {
  const words = useGuideWords();
  return (
    <li className="flex gap-3 border-t border-line py-5">
      <span className="w-5 shrink-0 pt-0.5 font-mono text-quiet" aria-hidden="true">
        {done ? <Check className="size-4 text-clear" /> : number}
      </span>
      <div className="min-w-0 flex-1">
        <h3 className="font-semibold">
          {title} {done ? <span className="font-normal text-clear">{words.done}</span> : null}
        </h3>
        <div className="mt-0.5 text-quiet">{children}</div>
        {action === undefined || done ? null : <div className="mt-3 flex flex-wrap gap-2">{action}</div>}
      </div>
    </li>
  );
}
