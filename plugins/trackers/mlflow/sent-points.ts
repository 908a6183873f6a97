import type { MlflowClient, Point } from './mlflow-client.ts';

/** What took how long: another value of a step that is trained again says nothing new, and would be a second point. */
const wallClock = new Set(['train/milliseconds', 'train/samples-per-second', 'epoch/seconds']);

/**
 * What a run has on the server already, asked for only where there is doubt: after a batch whose answer was lost, when
 * a projection goes on in a new process, and for steps that are trained a second time from a checkpoint. MLflow never
 * forgets a metric, so what is there must not be sent again.
 */
export class SentPoints {
  readonly #client: MlflowClient;
  readonly #runId: string;
  readonly #known = new Map<string, Map<number, number[]>>();
  /** The highest step that the server had when doubt arose; undefined before it was asked. */
  #lastStep: number | undefined;
  #doubtful: boolean;

  /** @param doubtful whether points may be there that this process has not sent */
  constructor(client: MlflowClient, runId: string, doubtful: boolean) {
    this.#client = client;
    this.#runId = runId;
    this.#doubtful = doubtful;
  }

  /** From now on the server may have points of which we do not know. */
  doubt(): void {
    this.#known.clear();
    this.#lastStep = undefined;
    this.#doubtful = true;
  }

  /**
   * The points that the server lacks, and the keys among them of which it has another value at the same step (the
   * machine's are no matter).
   */
  async missing(points: readonly Point[]): Promise<{ points: readonly Point[]; changed: readonly string[] }> {
    if (!this.#doubtful || points.length === 0) return { points, changed: [] };
    this.#lastStep ??= await this.#askLastStep();
    const lastStep = this.#lastStep;
    // What is on the server is a beginning of the journal, so nothing beyond its last step can be there.
    if (points.every(({ step }) => step > lastStep)) {
      this.#doubtful = false;
      return { points, changed: [] };
    }
    for (const key of new Set(points.map((point) => point.key))) await this.#load(key);
    const values = ({ key, step }: Point): number[] => this.#known.get(key)!.get(step) ?? [];
    const lacking = points.filter(
      (point) =>
        !values(point).some(
          (value) => wallClock.has(point.key) || Object.is(value, point.value) || value === point.value,
        ),
    );
    const changed = [
      ...new Set(
        lacking.filter((point) => values(point).length > 0 && !point.key.startsWith('system/')).map(({ key }) => key),
      ),
    ];
    return { points: lacking, changed };
  }

  async #askLastStep(): Promise<number> {
    const run = await this.#client.run(this.#runId);
    return Math.max(-1, ...(run?.data.metrics ?? []).map(({ step }) => Number(step ?? 0)));
  }

  async #load(key: string): Promise<void> {
    if (this.#known.has(key)) return;
    const steps = new Map<number, number[]>();
    for await (const { step, value } of this.#client.history(this.#runId, key)) {
      steps.set(step, [...(steps.get(step) ?? []), value]);
    }
    this.#known.set(key, steps);
  }
}
