import { AblateError, type RunFolder, type Tracker, type TrackerContext, type TrackerOutcome } from 'ablate-ml';
import { connect, isPassing } from './connection.ts';
import { Exporter } from './exporter.ts';
import { fetchRun } from './fetch-run.ts';
import { MlflowClient } from './mlflow-client.ts';
import type { MlflowOptions } from './options.ts';
import { readState } from './projection-state.ts';
import { clauseOf } from './refusal.ts';
import { requireOwnServer } from './require-own-server.ts';

/** Milliseconds between two looks at the journal, and the longest pause after failures. */
const interval = 1000;
const longestPause = 30_000;
/** Milliseconds that a server gets at the end that was never there, and one that has refused a connection before. */
const shortestWait = 15_000;
const shortestWaitForAbsent = 1000;

/**
 * Runs an exporter beside the training. It works on the event loop in pieces of about a millisecond, between training
 * steps, which are synchronous: a thread or process of its own would cost a second TypeScript start-up and some 80 MB a
 * run to take over what is well under 1 % of a step. Requests that a long evaluation delays time out at worst, and are
 * made again.
 */
export class MlflowTracker implements Tracker {
  readonly #options: MlflowOptions;
  readonly #context: TrackerContext;
  readonly #abort = new AbortController();
  #client: MlflowClient | undefined;
  #exporter: Exporter | undefined;
  #loop: Promise<void> = Promise.resolve();
  #finishing = false;
  #complete = false;
  #problem: string | undefined;
  #directory = '';
  #wake: () => void = () => undefined;

  constructor(options: MlflowOptions, context: TrackerContext) {
    this.#options = options;
    this.#context = context;
  }

  /** {@inheritDoc Tracker.start} */
  start(run: RunFolder): void {
    this.#directory = run.directory;
    this.#loop = this.#work(run);
  }

  /** {@inheritDoc Tracker.finish} */
  async finish(): Promise<TrackerOutcome> {
    this.#finishing = true;
    this.#wake();
    const asked = performance.now();
    const watch = setInterval(() => this.#giveUpWhenStuck(asked), 250);
    await this.#loop;
    clearInterval(watch);
    const url = this.#exporter?.url;
    return this.#complete ? { complete: true, url } : { complete: false, ...(url && { url }), problem: this.#problem };
  }

  /** {@inheritDoc Tracker.fetch} */
  async fetch(id: string, directory: string, withPictures = false): Promise<void> {
    await this.#asking((client) => fetchRun(client, id, directory, withPictures));
  }

  /** {@inheritDoc Tracker.runsOf} */
  async runsOf(experiment: string): Promise<readonly string[] | undefined> {
    return this.#asking(async (client) => {
      const id = await client.findExperiment(experiment);
      const runs = id === undefined ? undefined : await client.runsOf(id);
      // Neither a sweep's parent nor what other programs log has what a run's folder holds.
      return runs
        ?.filter(({ data }) => (data.tags ?? []).some(({ key }) => key === 'ablate.run'))
        .map(({ info }) => info.run_id);
    });
  }

  async #asking<T>(ask: (client: MlflowClient) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#connect(undefined));
    } catch (error) {
      if (error instanceof AblateError || !isPassing(error)) throw error;
      throw new AblateError('TRACKER_REFUSED', `The MLflow server does not answer (${clauseOf(error)}).`, {
        cause: error,
        remedy: 'Look at MLFLOW_TRACKING_URI, or wait until the server is there.',
      });
    }
  }

  #connect(known: string | undefined): MlflowClient {
    const address = this.#options.url || process.env.MLFLOW_TRACKING_URI || known;
    if (!address)
      throw new AblateError('TRACKER_REFUSED', 'No MLflow server is named.', {
        remedy: 'Set MLFLOW_TRACKING_URI, or `url` in the spec.',
      });
    requireOwnServer(address);
    const connection = connect(address);
    if (connection.inTheClear)
      this.#context.warn?.(
        `The MLflow server at ${connection.url} is signed in to over http: whoever is on the way can read the password or token.\n  Give its https address.`,
      );
    return new MlflowClient(connection, this.#abort.signal);
  }

  async #exporterOf(run: RunFolder): Promise<Exporter> {
    const client = (this.#client = this.#connect((await readState(run))?.url));
    const experiment = this.#options.experiment ?? (process.env.MLFLOW_EXPERIMENT_NAME || this.#context.experiment);
    return new Exporter(run, {
      client,
      options: this.#options,
      experiment,
      runName: this.#context.run,
      warn: this.#context.warn,
    });
  }

  async #work(run: RunFolder): Promise<void> {
    let failures = 0;
    while (!this.#complete && !this.#abort.signal.aborted) {
      try {
        const exporter = (this.#exporter ??= await this.#exporterOf(run));
        // Asked before: what is journalled while the exporter looks must be looked at again.
        const atEnd = this.#finishing;
        const more = await exporter.advance();
        if (!more && atEnd) {
          await exporter.complete();
          this.#complete = true;
        }
        failures = 0;
        this.#problem = undefined;
        if (!more && !this.#finishing) await this.#sleep(interval);
      } catch (error) {
        this.#tell(error);
        if (!isPassing(error)) return;
        if (this.#finishing && !this.#client!.reached) return;
        await this.#sleep(Math.min(longestPause, interval * 2 ** failures++));
      }
    }
  }

  /**
   * At the end of a run nobody waits longer than the patience for a server that does not move, and hardly at all for
   * one that has not been there while the run went on.
   */
  #giveUpWhenStuck(asked: number): void {
    const patience = this.#options.patience * 1000;
    const { reached = false, moved = 0 } = this.#client ?? {};
    const grace = Math.min(patience, this.#problem === undefined ? shortestWait : shortestWaitForAbsent);
    const since = reached ? Math.max(asked, moved) : asked - patience + grace;
    if (performance.now() - since <= patience) return;
    this.#problem ??= this.#advice(
      reached
        ? `The MLflow server has taken nothing for ${this.#options.patience} seconds.`
        : 'The MLflow server does not answer.',
    );
    this.#abort.abort();
  }

  #tell(error: unknown): void {
    if (this.#abort.signal.aborted) return;
    const reason =
      error instanceof AblateError ? error.message : `The MLflow server does not answer (${clauseOf(error)}).`;
    if (this.#problem === undefined && !this.#finishing)
      this.#context.warn?.(`${reason}\n  Training goes on, and everything is kept on disk.`);
    this.#problem = this.#advice(reason);
  }

  #advice(reason: string): string {
    return `${reason}\n  Nothing is lost. To bring MLflow up to date later: npx ablate sync ${this.#directory}`;
  }

  /** Sleeps without keeping the process alive, unless the end is awaited. */
  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#finishing ? Math.min(milliseconds, 1000) : milliseconds);
      if (!this.#finishing) timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
