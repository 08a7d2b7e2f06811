/** Send: make something happen. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { SendPage } from "../../../features/send/send-page.tsx";

export const metadata: Metadata = { title: "Send" };

export default function Page() {
  return (
    <Suspense>
      <SendPage />
    </Suspense>
  );
}
