import type { ErrorCode } from '../../base/errors/codes.ts';
import { faultText, type Fault } from './fault.ts';
import { SpecError } from './spec-error.ts';
import type { Place } from './spec-node.ts';

/** What a fault says beside its place. */
export type FaultWords = Pick<Fault, 'path' | 'message' | 'allowed' | 'remedy'> & { readonly code?: ErrorCode };

/** Collects the faults of a spec; the same one is reported once. */
export class FaultList {
  readonly #faults = new Map<string, Fault>();

  /** Adds a fault at `place`, unless the same was told before. */
  add({ file, line, column }: Place, { code = 'SPEC_INVALID', ...words }: FaultWords): void {
    this.addFault({ code, file, line, column, ...words });
  }

  /** Adds a fault that another list collected. */
  addFault(fault: Fault): void {
    this.#faults.set(faultText(fault), fault);
  }

  /** The faults so far. */
  get faults(): readonly Fault[] {
    return [...this.#faults.values()];
  }

  /** How many there are. */
  get count(): number {
    return this.#faults.size;
  }

  /** @throws SpecError with all faults, in the order of their places, if there are any */
  throwIfAny(): void {
    if (this.#faults.size === 0) return;
    const files = [...new Set([...this.#faults.values()].map(({ file }) => file))];
    const order = (left: Fault, right: Fault): number =>
      files.indexOf(left.file) - files.indexOf(right.file) || left.line - right.line || left.column - right.column;
    throw new SpecError([...this.#faults.values()].sort(order));
  }
}
