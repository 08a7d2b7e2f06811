/**
 * Button and IconButton: 32 px controls (24 px small, but not in a page's head). A label says what will happen; an icon button always has a
 * label for those who do not see it. `pending` keeps the width, disables and announces.
 */
import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { cn } from "./cn.ts";
import { Tooltip } from "./tooltip.tsx";

/** Whatever a control asks for, in a page's head it is as high as the others there (shell/page-header.tsx marks the place). */
const inHead = "in-data-head:h-8 in-data-head:px-3 in-data-head:text-[13px]";

const buttonStyles = cva(
  "inline-flex items-center justify-center gap-1.5 whitespace-nowrap rounded font-medium select-none border transition-colors " +
    "focus-visible:outline-2 focus-visible:outline-offset-1 focus-visible:outline-message " +
    "disabled:cursor-not-allowed disabled:border-line disabled:bg-transparent disabled:text-quiet aria-disabled:cursor-not-allowed",
  {
    variants: {
      tone: {
        // The system's colours are named where colours are forced, so that a tool that measures them sees what a person sees.
        primary:
          "border-transparent bg-invert text-invert-text hover:opacity-90 forced-colors:border-[ButtonText] forced-colors:bg-[ButtonFace] forced-colors:text-[ButtonText]",
        plain: "border-line bg-raised text-text hover:border-quiet",
        ghost: "border-transparent bg-transparent text-quiet hover:text-text hover:bg-hover",
        danger: "border-danger bg-transparent text-danger hover:bg-danger-soft",
        link: "border-transparent bg-transparent px-0 text-message hover:underline",
      },
      size: { regular: "h-8 px-3 text-[13px]", small: `h-6 px-2 text-[12px] ${inHead}` },
    },
    compoundVariants: [{ tone: "link", class: "px-0" }],
    defaultVariants: { tone: "plain", size: "regular" },
  },
);

export interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof buttonStyles> {
  asChild?: boolean;
  pending?: boolean;
}

export function Button({
  className,
  tone,
  size,
  asChild = false,
  pending = false,
  disabled,
  type,
  children,
  ...rest
}: ButtonProps): ReactElement {
  const classes = cn(buttonStyles({ tone, size }), pending && "cursor-progress", className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button type={type ?? "button"} className={classes} disabled={disabled === true || pending} aria-busy={pending || undefined} {...rest}>
      {children}
      {pending ? (
        <span aria-hidden className="font-mono">
          …
        </span>
      ) : null}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "aria-label" | "children" | "asChild"> {
  label: string;
  children: ReactNode;
}

export function IconButton({ label, className, size = "regular", tone = "ghost", children, ...rest }: IconButtonProps): ReactElement {
  return (
    <Tooltip text={label}>
      <Button
        aria-label={label}
        tone={tone}
        size={size}
        className={cn(size === "small" ? "w-6 px-0 in-data-head:w-8 in-data-head:px-0" : "w-8 px-0", className)}
        {...rest}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
