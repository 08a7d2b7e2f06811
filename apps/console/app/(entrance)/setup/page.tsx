/** Where a link to choose a password leads. */
import type { Metadata } from "next";
import { SetUpPage } from "../../../features/sign-in/set-up-page.tsx";

export const metadata: Metadata = { title: "Set up" };

export default function Page() {
  return <SetUpPage />;
}
