import type { Fault } from './fault.ts';
import { faultText } from './fault.ts';
import type { FaultList } from './fault-list.ts';
import { pointWords } from './point-words.ts';

/** One point of a matrix after its checks. */
export interface CheckedPoint {
  readonly point: Readonly<Record<string, unknown>>;
  readonly faults: readonly Fault[];
}

/**
 * Adds the faults of all points: each once, with the points that have it where not all do. Nothing is said of a place
 * already at fault.
 */
export function addPointFaults(points: readonly CheckedPoint[], faults: FaultList): void {
  const placeOf = ({ file, line, column }: Fault): string => `${file}:${line}:${column}`;
  const told = new Set(faults.faults.filter(({ line }) => line > 0).map(placeOf));
  const holders = new Map<string, { fault: Fault; indices: number[] }>();
  for (const [index, { faults: own }] of points.entries()) {
    for (const fault of own.filter((one) => !told.has(placeOf(one)))) {
      const text = faultText(fault);
      const holder = holders.get(text) ?? { fault, indices: [] };
      holder.indices.push(index);
      holders.set(text, holder);
    }
  }
  if (holders.size === 0) return;
  const words = pointWords(points.map(({ point }) => point));
  for (const { fault, indices } of holders.values()) {
    const few = indices.length < points.length && {
      points: `In ${indices.length} of ${points.length} points, first: ${words[indices[0]!]!.label}`,
    };
    faults.addFault({ ...fault, ...few });
  }
}
