import { AblateError } from '../../base/errors/ablate-error.ts';
import { faultText, type Fault } from './fault.ts';

/** A spec that cannot be run, with all of its faults at once. */
export class SpecError extends AblateError {
  readonly faults: readonly Fault[];

  /** @param faults at least one */
  constructor(faults: readonly Fault[]) {
    const lines = faults.map(faultText);
    super('SPEC_INVALID', lines.length === 1 ? lines[0]! : `${lines.length} faults in the spec:\n${lines.join('\n')}`);
    this.name = 'SpecError';
    this.faults = faults;
  }
}
