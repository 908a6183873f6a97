import type { RunSpec } from '../../experiment/spec/spec.ts';
import type { EstimateAnswer } from './estimate-child.ts';
import { EstimateProcess } from './estimate-process.ts';
import { fittingMicroBatches } from './fitting-micro-batches.ts';
import { memoryKey, processKey } from './memory-key.ts';
import { memoryLimit } from './memory-limit.ts';

/**
 * Estimates runs, each kind of them once: runs that differ in nothing that takes memory share an estimate, whoever asks
 * for it.
 */
export class MemoryEstimator {
  readonly #answers = new Map<string, EstimateAnswer>();
  #process: EstimateProcess | undefined;
  #key = '';
  readonly #limit: number;

  /** @param limit bytes that a run may use which leaves its parts to be chosen */
  constructor(limit = memoryLimit()) {
    this.#limit = limit;
  }

  /** Estimates that were made so far. */
  get count(): number {
    return this.#answers.size;
  }

  /**
   * The estimate of a run, with the fewest parts that fit where it leaves them open; never throws: what went wrong is
   * the answer's reason.
   *
   * @param baseDirectory folder that relative paths in options start at
   */
  async estimate(spec: RunSpec, baseDirectory: string): Promise<EstimateAnswer> {
    // The parts of a batch that a rank has, and what the ranks gather, are known to nothing here.
    if (spec.train.ranks) return { reason: 'a run over several processes (train.ranks) is not estimated' };
    const key = memoryKey(spec);
    const known = this.#answers.get(key);
    if (known) return known;
    const answer =
      spec.train.accumulate === 'auto'
        ? await this.#inMicroBatches(spec, baseDirectory)
        : await this.#processFor(spec).ask({ spec, baseDirectory });
    this.#answers.set(key, answer);
    // What failed in the middle may have left tensors behind, which would count as the next run's.
    if (!answer.estimate) this.close();
    return answer;
  }

  async #inMicroBatches(spec: RunSpec, baseDirectory: string): Promise<EstimateAnswer> {
    const { parts, answer } = await fittingMicroBatches(spec, (one) => this.estimate(one, baseDirectory), this.#limit);
    return { ...answer, parts };
  }

  /** Ends the process of the last estimates; another begins where something more is asked. */
  close(): void {
    this.#process?.close();
    this.#process = undefined;
  }

  #processFor(spec: RunSpec): EstimateProcess {
    const key = processKey(spec);
    if (this.#process?.isAlive && this.#key === key) return this.#process;
    this.close();
    this.#key = key;
    return (this.#process = new EstimateProcess());
  }
}
