import type { Progress } from '../../contracts/schedule.ts';
import type { ScheduledNumber, ScheduleSpan } from '../../experiment/spec/scheduled-number.ts';

const shapes: Record<string, (span: ScheduleSpan, share: number) => number> = {
  linear: ({ from, to }, share) => from + (to - from) * share,
  cosine: ({ from, to }, share) => to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2,
  exponential: ({ from, to }, share) => from * (to / from) ** share,
};

/** Tells whether an option's value is a schedule instead of a number. */
export function isScheduled(value: unknown): value is ScheduledNumber {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const [shape, ...others] = Object.keys(value);
  return shape !== undefined && others.length === 0 && shape in shapes && 'from' in Object(Object.values(value)[0]);
}

/** Computes the number at this point of the run; `to` from the span's end on. */
export function scheduledValue(scheduled: ScheduledNumber, progress: Progress): number {
  const [[shape, span]] = Object.entries(scheduled) as [[string, ScheduleSpan]];
  const share =
    span.steps === undefined ? progress.epoch / (span.epochs ?? progress.epochs) : progress.step / span.steps;
  return share >= 1 ? span.to : shapes[shape]!(span, share);
}
