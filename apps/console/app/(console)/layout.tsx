/**
 * The four fixed parts round every page: status strip, sidebar, work area, timeline.
 */
import type { ReactNode } from "react";
import { Shell } from "../../shell/shell.tsx";

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return <Shell>{children}</Shell>;
}
