import type { Parameter } from '../../contracts/parameter.ts';
import { HostRows } from '../class-tables/host-rows.ts';
import { PlainClassTable } from '../class-tables/plain-class-table.ts';
import { SampledRows } from '../class-tables/sampled-rows.ts';

/** How many steps each class of a table has been through. */
export class LastSeen {
  /** What a checkpoint keeps of it, `[classes]`. */
  readonly parameter: Parameter;
  readonly #steps: HostRows;

  /** @param owner the parameter whose rows are followed; @param classes its rows */
  constructor(owner: string, classes: number) {
    this.#steps = new HostRows(classes, 1);
    const rows = new SampledRows(new PlainClassTable(this.#steps), 'frozen', true);
    this.parameter = { name: `${owner}/steps`, variable: rows.variable, trainable: false, weightDecay: false, rows };
  }

  /** Steps that each of `classes` has not been through before this one. */
  missed(classes: Int32Array, step: number): Int32Array {
    const known = new Float32Array(1);
    return classes.map((label) => {
      this.#steps.read(label, known);
      return step - known[0]!;
    });
  }

  /** These classes have been through this step, and all before it. */
  see(classes: Int32Array, step: number): void {
    const now = Float32Array.of(step + 1);
    for (const label of classes) this.#steps.write(label, now);
  }
}
