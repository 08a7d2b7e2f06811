/**
 * Animation: a recording as one GIF that runs for ever, so that a README shows it in place. Neighbour: recorder.ts.
 */
import sharp from "sharp";
import type { Frame, Recording } from "./recorder.ts";

const framesPerSecond = 10;
/** A busy machine takes longer for the same actions; the film must not. */
const lengthMsMax = 20_000;
/** A console has few colours; more would cost bytes and not be seen. */
const colours = 96;
/** A pixel may differ by this much from the picture before and still count as the same: the shades around letters that moved. */
const sameWithin = 4;

/** Returns pictures at even distances, each the last one at its time, as many as fit into the length. */
export function evenFrames({ frames, lengthMs }: Recording): Frame[] {
  const stepMs = Math.max(1, lengthMs / lengthMsMax) * (1_000 / framesPerSecond);
  const even: Frame[] = [];
  for (let atMs = 0; atMs < lengthMs; atMs += stepMs) {
    const frame = frames.findLast((one) => one.atMs <= atMs) ?? frames[0];
    if (frame !== undefined) even.push(frame);
  }
  return even;
}

/** Joins equal neighbours into one picture that stays longer. */
export function withDelays(even: readonly Frame[]): { frames: Frame[]; delaysMs: number[] } {
  const frames: Frame[] = [];
  const delaysMs: number[] = [];
  for (const frame of even) {
    const last = delaysMs.length - 1;
    if (frames.at(-1) === frame) delaysMs[last] = (delaysMs[last] ?? 0) + 1_000 / framesPerSecond;
    else {
      frames.push(frame);
      delaysMs.push(1_000 / framesPerSecond);
    }
  }
  return { frames, delaysMs };
}

export async function writeGif(recording: Recording, file: string): Promise<void> {
  const { frames, delaysMs } = withDelays(evenFrames(recording));
  await sharp(
    frames.map(({ png }) => png),
    { join: { animated: true }, limitInputPixels: false },
  )
    .gif({ loop: 0, delay: delaysMs, colours, dither: 0, effort: 7, interFrameMaxError: sameWithin, reuse: true })
    .toFile(file);
}
