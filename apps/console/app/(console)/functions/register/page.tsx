/** Register an endpoint by form, checked before it is saved. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { RegisterPage } from "../../../../features/functions/register-page.tsx";

export const metadata: Metadata = { title: "Register an endpoint" };

export default function Page() {
  return (
    <Suspense>
      <RegisterPage />
    </Suspense>
  );
}
