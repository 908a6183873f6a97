import type { Progress } from '../../contracts/schedule.ts';
import { isScheduled, scheduledValue } from './scheduled-value.ts';

/** Makes options whose scheduled numbers read as their value at the clock's step; everything else reads as it is. */
export function liveOptions(
  options: Readonly<Record<string, unknown>>,
  clock: Progress,
): Readonly<Record<string, unknown>> {
  const view: Record<string, unknown> = { ...options };
  for (const [name, value] of Object.entries(options)) {
    if (isScheduled(value))
      Object.defineProperty(view, name, { enumerable: true, get: () => scheduledValue(value, clock) });
  }
  return view;
}
