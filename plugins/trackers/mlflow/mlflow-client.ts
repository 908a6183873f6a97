import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios';
import { isPassing, type Connection } from './connection.ts';
import { errorCodeOf, refusal } from './refusal.ts';

/** A metric's value at a step. */
export interface Point {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** A param or tag. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** MLflow's words for where a run stands. */
export type MlflowStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

/** What the server says of a run. */
export interface ServerRun {
  readonly info: {
    readonly run_id: string;
    readonly experiment_id: string;
    readonly run_name: string;
    readonly status: MlflowStatus;
    readonly artifact_uri: string;
    readonly lifecycle_stage: string;
    readonly end_time?: number;
  };
  readonly data: {
    readonly params?: readonly Pair[];
    readonly tags?: readonly Pair[];
    /** The latest value of each. */
    readonly metrics?: readonly { readonly key: string; readonly step?: number; readonly timestamp: number }[];
  };
}

/** A data set that went into a run. */
export interface DatasetInput {
  readonly tags: readonly Pair[];
  readonly dataset: {
    readonly name: string;
    readonly digest: string;
    readonly source_type: string;
    readonly source: string;
    readonly profile?: string;
  };
}

/** JSON has no word for these; MLflow takes them as texts. */
const jsonValue = (value: number): number | string => (Number.isFinite(value) ? value : String(value));
/** Databases without infinities keep the largest number instead. */
const fromJson = (value: number | string): number =>
  Math.abs(Number(value)) >= Number.MAX_VALUE ? Number(value) * Infinity : Number(value);

const historyPage = 25_000;
const runsPage = 1000;

/**
 * MLflow's REST API 2.0, as far as a tracker needs it. Refusals are AblateErrors; what may pass is thrown as it came.
 */
export class MlflowClient {
  readonly #connection: Connection;
  readonly #signal: AbortSignal;
  /** Whether the server has ever answered, be it with an error. */
  reached = false;
  /** When something last arrived there for good, or bytes of a file moved, by `performance.now()`. */
  moved = 0;

  /** @param signal aborts every request under way */
  constructor(connection: Connection, signal: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
    connection.http.interceptors.response.use(
      (response) => {
        this.reached = true;
        return response;
      },
      (error: { response?: unknown }) => {
        this.reached ||= error.response !== undefined;
        throw error;
      },
    );
  }

  /** Notes that something has arrived. */
  readonly move = (): void => {
    this.moved = performance.now();
  };

  /** The address without secrets. */
  get url(): string {
    return this.#connection.url;
  }

  /** The experiment's id, made where there is none of that name. */
  async experiment(name: string): Promise<string> {
    const make = async (): Promise<string | undefined> =>
      (
        await this.#call<{ experiment_id: string }>(
          'POST',
          'experiments/create',
          { name },
          `make the experiment ${name}`,
          ['RESOURCE_ALREADY_EXISTS'],
        )
      )?.experiment_id;
    return ((await this.findExperiment(name)) ?? (await make()) ?? (await this.findExperiment(name)))!;
  }

  /** The id of the experiment of that name; undefined where there is none. */
  async findExperiment(name: string): Promise<string | undefined> {
    return (
      await this.#call<{ experiment: { experiment_id: string } }>(
        'GET',
        'experiments/get-by-name',
        { experiment_name: name },
        `find the experiment ${name}`,
        ['RESOURCE_DOES_NOT_EXIST'],
      )
    )?.experiment.experiment_id;
  }

  /** All active runs of an experiment, the oldest first. */
  async runsOf(experimentId: string): Promise<readonly ServerRun[]> {
    const runs: ServerRun[] = [];
    for (let token: string | undefined; ; ) {
      const page = await this.#call<{ runs?: ServerRun[]; next_page_token?: string }>(
        'POST',
        'runs/search',
        {
          experiment_ids: [experimentId],
          order_by: ['attributes.start_time ASC'],
          max_results: runsPage,
          ...(token && { page_token: token }),
        },
        'list its runs',
      );
      runs.push(...(page!.runs ?? []));
      token = page!.next_page_token;
      if (!token) return runs;
    }
  }

  /** The active run with this tag; the oldest of several. */
  async findRun(experimentId: string, tag: Pair): Promise<ServerRun | undefined> {
    return (await this.findRuns(experimentId, tag, 1))[0];
  }

  /** The active runs with this tag, the oldest first, at most `limit`. */
  async findRuns(experimentId: string, tag: Pair, limit: number): Promise<readonly ServerRun[]> {
    const found = await this.#call<{ runs?: ServerRun[] }>(
      'POST',
      'runs/search',
      {
        experiment_ids: [experimentId],
        filter: `tags.\`${tag.key}\` = '${tag.value}'`,
        order_by: ['attributes.start_time ASC'],
        max_results: limit,
      },
      'search its runs',
    );
    return found!.runs ?? [];
  }

  /** The run, or undefined where the server knows none of that id. */
  async run(runId: string): Promise<ServerRun | undefined> {
    return (
      await this.#call<{ run: ServerRun }>('GET', 'runs/get', { run_id: runId }, 'show the run', [
        'RESOURCE_DOES_NOT_EXIST',
        'INVALID_PARAMETER_VALUE',
      ])
    )?.run;
  }

  /** Makes a run. Where the answer was lost there may be one all the same: search before making another. */
  async createRun(run: {
    experiment_id: string;
    run_name: string;
    user_id: string;
    start_time: number;
    tags: readonly Pair[];
  }): Promise<ServerRun> {
    return (await this.#call<{ run: ServerRun }>('POST', 'runs/create', run, 'make a run', [], { repeatable: false }))!
      .run;
  }

  /**
   * Sends one batch within MLflow's limits. Where the answer was lost, part of it may have arrived: metrics are then
   * for the caller to complete.
   */
  async logBatch(
    runId: string,
    batch: { metrics?: readonly Point[]; params?: readonly Pair[]; tags?: readonly Pair[] },
  ): Promise<void> {
    const metrics = batch.metrics?.map((point) => ({ ...point, value: jsonValue(point.value) }));
    await this.#call(
      'POST',
      'runs/log-batch',
      { ...batch, metrics, run_id: runId },
      'take metrics, params or tags',
      [],
      { repeatable: metrics === undefined },
    );
  }

  /** Every value that the server has of a metric. */
  async *history(runId: string, key: string): AsyncGenerator<Point> {
    for (let token: string | undefined; ; ) {
      const page = await this.#call<{ metrics?: Point[]; next_page_token?: string }>(
        'GET',
        'metrics/get-history',
        { run_id: runId, metric_key: key, max_results: historyPage, ...(token && { page_token: token }) },
        `show the history of ${key}`,
      );
      for (const point of page!.metrics ?? [])
        yield { key, value: fromJson(point.value), timestamp: Number(point.timestamp), step: Number(point.step ?? 0) };
      token = page!.next_page_token;
      if (!token) return;
    }
  }

  /** Sets a run's status. */
  async updateRun(
    runId: string,
    change: { status: MlflowStatus; end_time?: number; run_name?: string },
  ): Promise<void> {
    await this.#call('POST', 'runs/update', { run_id: runId, ...change }, 'set the status of the run');
  }

  /** Makes a registered model, where there is none of that name. */
  async ensureRegisteredModel(name: string): Promise<void> {
    await this.#call('POST', 'registered-models/create', { name }, `make the registered model ${name}`, [
      'RESOURCE_ALREADY_EXISTS',
    ]);
  }

  /** Takes a run away. */
  async deleteRun(runId: string): Promise<void> {
    await this.#call('POST', 'runs/delete', { run_id: runId }, 'delete a run');
  }

  /** Says which data went in. */
  async logInputs(runId: string, datasets: readonly DatasetInput[]): Promise<void> {
    await this.#call('POST', 'runs/log-inputs', { run_id: runId, datasets }, 'take data set inputs');
  }

  /** A request of another kind, to a path below `/api/2.0/`. */
  async request<T>(config: AxiosRequestConfig & { url: string }, doing: string): Promise<T> {
    return (await this.#request<T>(this.#connection.http, config, doing)).data;
  }

  /** Puts something at an address that the server has signed; nothing of this client's authentication goes along. */
  async putSigned(config: AxiosRequestConfig & { url: string }, doing: string): Promise<AxiosResponse> {
    return this.#request(this.#connection.signed, { method: 'PUT', ...config }, doing);
  }

  async #request<T>(http: AxiosInstance, config: AxiosRequestConfig, doing: string): Promise<AxiosResponse<T>> {
    try {
      return await http.request<T>({
        signal: this.#signal,
        onUploadProgress: this.move,
        onDownloadProgress: this.move,
        ...config,
      });
    } catch (error) {
      if (isPassing(error) || this.#signal.aborted) throw error;
      throw refusal(error, this.url, doing);
    }
  }

  async #call<T>(
    method: 'GET' | 'POST',
    path: string,
    values: object,
    doing: string,
    absent: readonly string[] = [],
    config: AxiosRequestConfig = {},
  ): Promise<T | undefined> {
    try {
      const { data } = await this.#connection.http.request<T>({
        method,
        url: `mlflow/${path}`,
        signal: this.#signal,
        ...(method === 'GET' ? { params: values } : { data: values }),
        ...config,
      });
      if (typeof data === 'object') return data;
      throw refusal(new Error('what answers there is not MLflow'), this.url, doing);
    } catch (error) {
      if (absent.includes(errorCodeOf(error) ?? '')) return undefined;
      if (isPassing(error) || this.#signal.aborted || !('isAxiosError' in (error as object))) throw error;
      throw refusal(error, this.url, doing);
    }
  }
}
