/**
 * The document: fonts from the package (no network), theme, providers. Everything that people see is inside (console).
 */
import type { Metadata, Viewport } from "next";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { ReactNode } from "react";
import { Providers } from "../shell/providers.tsx";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Signalbox", template: "%s · Signalbox" },
  description: "An event-driven database with a window on it.",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/** The base path of this build, which is also that of the process that renders; base-path.ts reads it from the document. */
// oxlint-disable-next-line eslint/no-restricted-properties -- as next.config.ts: it runs in the build and in the process that renders.
const basePath = process.env["SIGNALBOX_BASE_PATH"] || undefined;

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" data-base={basePath} className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
