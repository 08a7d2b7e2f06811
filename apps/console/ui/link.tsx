/**
 * Link: Next's, except that it fetches the page behind it when a pointer or the keyboard comes to it, and not when it becomes visible,
 * because a page of links would load the scripts of all pages.
 */
"use client";
// oxlint-disable-next-line eslint/no-restricted-imports -- the one place that wraps it.
import NextLink from "next/link";
import { useState, type ComponentProps, type ReactElement } from "react";

export function Link({ onPointerEnter, onFocus, ...props }: ComponentProps<typeof NextLink>): ReactElement {
  const [near, setNear] = useState(false);
  return (
    <NextLink
      {...props}
      prefetch={near ? null : false}
      onPointerEnter={(event) => {
        setNear(true);
        onPointerEnter?.(event);
      }}
      onFocus={(event) => {
        setNear(true);
        onFocus?.(event);
      }}
    />
  );
}
