/**
 * Sparkline: counts of a day, ten minutes a bar; its text says the sum and the last, for those who do not see it.
 */
import type { ReactElement } from "react";
import { useFailuresWords } from "../../words/failures/use-failures-words.ts";

const WIDTH = 144;
const HEIGHT = 24;

export function Sparkline({ counts, className }: { counts: readonly number[]; className: string }): ReactElement {
  const words = useFailuresWords();
  const most = Math.max(1, ...counts);
  const sum = counts.reduce((total, count) => total + count, 0);
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={words.spark(sum, most)}
      className={className}
    >
      <path d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} stroke="var(--line-strong)" />
      {counts.map((count, index) =>
        count === 0 ? null : (
          <rect
            // A bar is identified by its place on the axis.
            key={`${index}`}
            x={(index * WIDTH) / counts.length}
            width={Math.max(2, WIDTH / counts.length)}
            y={HEIGHT - 1 - Math.max(2, (count / most) * (HEIGHT - 3))}
            height={Math.max(2, (count / most) * (HEIGHT - 3))}
            fill="currentColor"
          />
        ),
      )}
    </svg>
  );
}
