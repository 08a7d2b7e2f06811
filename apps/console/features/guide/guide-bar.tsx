/**
 * GuideBar: the progress of the first steps, above every page: which is next and a button for it. It is shown to those who began on an
 * empty console, until they close it; Frame fetches it for nobody else.
 */
"use client";
import { X } from "lucide-react";
import { usePathname } from "next/navigation";
import { Button, IconButton } from "../../ui/button.tsx";
import { Link } from "../../ui/link.tsx";
import { useGuideWords } from "../../words/guide/use-guide-words.ts";
import { guideReached } from "./guide-progress.ts";
import { StartDemo } from "./start-demo.tsx";
import { useGuide, type Guide } from "./use-guide.ts";

export function GuideBar() {
  const words = useGuideWords();
  const guide = useGuide();
  const pathname = usePathname();
  // These pages show the steps at length.
  if (!guide.registered && (pathname === "/" || pathname === "/flow")) return null;
  return (
    <section
      aria-label={words.steps}
      className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-message-soft py-1.5 pr-2 pl-4"
    >
      <span className="font-mono text-[12px] text-quiet">{words.progress(guide.done, guide.steps)}</span>
      <NextStep guide={guide} />
      <IconButton label={words.close} size="small" className="ml-auto" onClick={() => guideReached("closed")}>
        <X aria-hidden="true" className="size-3.5" />
      </IconButton>
    </section>
  );
}

function NextStep({ guide }: { guide: Guide }) {
  const words = useGuideWords();
  if (!guide.registered)
    return (
      <>
        <span role="status">{words.register.title}</span>
        <StartDemo size="small" />
      </>
    );
  if (!guide.sent)
    return (
      <>
        <span role="status">{words.message.title}</span>
        <Button asChild size="small">
          <Link href="/send">{words.message.act}</Link>
        </Button>
      </>
    );
  if (guide.seen || guide.noTraces !== null) return <span role="status">{words.allDone}</span>;
  return (
    <>
      <span role="status">{words.trace.title}</span>
      <Button asChild size="small" tone="primary">
        <Link href={`/traces/${guide.trace}`}>{words.trace.act}</Link>
      </Button>
    </>
  );
}
