import { MemoryEstimator } from '../../training/memory-estimate/memory-estimator.ts';
import { inMicroBatches } from '../../training/memory-estimate/in-micro-batches.ts';
import { memoryLimit } from '../../training/memory-estimate/memory-limit.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';

/**
 * Chooses in how many parts each batch of a run is computed, where its spec leaves that open: `train.accumulate: auto`.
 * Runs of one kind are estimated once.
 */
export class MicroBatchChooser {
  readonly #estimator: MemoryEstimator;
  readonly #baseDirectory: string;
  readonly #onNote: (line: string) => void;
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param baseDirectory folder that relative paths in options start at
   * @param together runs that share the memory
   */
  constructor(baseDirectory: string, together: number, onNote: (line: string) => void) {
    this.#estimator = new MemoryEstimator(memoryLimit() / together);
    this.#baseDirectory = baseDirectory;
    this.#onNote = onNote;
  }

  /**
   * The run with its parts; before its process uses a GPU, whose memory the estimate needs. What cannot be estimated is
   * computed whole, which is reported.
   */
  async choose(run: PlannedRun): Promise<PlannedRun> {
    const { spec } = run;
    if (spec.train.accumulate !== 'auto') return run;
    // The estimator answers one question at a time.
    const asked = this.#last.then(() => this.#estimator.estimate(spec, this.#baseDirectory));
    this.#last = asked;
    const { parts = 1, reason } = await asked;
    const name = run.label || spec.name;
    if (reason !== undefined)
      this.#onNote(
        `${name}: train.accumulate: auto computes each batch whole, since its memory cannot be estimated: ${reason}`,
      );
    else if (parts > 1)
      this.#onNote(
        `${name}: train.accumulate: auto computes each batch of ${spec.train.batch} images in ${parts} parts, to fit into memory`,
      );
    return { ...run, spec: inMicroBatches(spec, parts) };
  }

  /** Ends the process of the estimates. */
  close(): void {
    this.#estimator.close();
  }
}
