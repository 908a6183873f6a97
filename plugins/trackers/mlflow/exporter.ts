import { setImmediate as turn } from 'node:timers/promises';
import type { RunFolder, StartedEvent } from 'ablate-ml';
import {
  JournalIndex,
  JournalReader,
  metricsOf,
  readSummary,
  type JournalRecord,
  type RunSummary,
} from 'ablate-ml/runs';
import { batches } from './batches.ts';
import { datasetInput } from './dataset-input.ts';
import { LegalNames } from './legal-names.ts';
import type { ExporterContext } from './exporter-context.ts';
import type { MlflowStatus, Pair, Point } from './mlflow-client.ts';
import { logModel, registerModel } from './log-model.ts';
import { openRun } from './open-run.ts';
import { removeTwins } from './remove-twins.ts';
import { writeState, type ProjectionState } from './projection-state.ts';
import { sendArtifacts } from './send-artifacts.ts';
import { SentPoints } from './sent-points.ts';
import { note, specDescription, tag } from './run-facts.ts';
import { updateSweep } from './sweep.ts';
import { writeModel } from './write-model.ts';

const metricLimits = { count: 1000, bytes: 900_000 };
/** Records read before the event loop gets its turn: about a millisecond. */
const recordsATurn = 250;
const endings = { finished: 'FINISHED', failed: 'FAILED', interrupted: 'KILLED' } as const;

/** Brings one MLflow run up to date with one journal, piece by piece. Any call may fail and be made again. */
export class Exporter {
  readonly #run: RunFolder;
  readonly #context: ExporterContext;
  readonly #index = new JournalIndex();
  readonly #names = new LegalNames();
  readonly #ahead: JournalReader;
  readonly #behind: JournalReader;
  /** The journal's first record and its last so far. */
  #first: JournalRecord | undefined;
  #last: JournalRecord | undefined;
  /** What was trained on, as it counts now. */
  #started: StartedEvent | undefined;
  /** Seq of the last record that was read for sending. */
  #read = -1;
  /** Read and not yet sent. */
  #queue: JournalRecord[] = [];
  #state: ProjectionState | undefined;
  #sent: SentPoints | undefined;
  #artifactUri = '';
  #parentId: string | undefined;
  /** Tags with the originals of names, as they have arrived: key → value. */
  readonly #tagged = new Map<string, string>();

  constructor(run: RunFolder, context: ExporterContext) {
    this.#run = run;
    this.#context = context;
    this.#ahead = new JournalReader(run.journal);
    this.#behind = new JournalReader(run.journal);
  }

  /** Where the run can be seen; undefined before it exists. */
  get url(): string | undefined {
    return (
      this.#state && `${this.#context.client.url}/#/experiments/${this.#state.experimentId}/runs/${this.#state.runId}`
    );
  }

  /** Sends the next piece; false where everything in the journal has arrived. */
  async advance(): Promise<boolean> {
    await this.#look();
    if (!this.#first) return false;
    if (!this.#state) await this.#open(this.#first);
    const { records, points, tags } = await this.#gather();
    if (records.length === 0) return false;
    try {
      await this.#send(points, tags);
      for (const record of records) await this.#act(record);
    } catch (error) {
      this.#sent!.doubt();
      throw error;
    }
    this.#queue = [];
    const { seq, time } = records.at(-1)!;
    await this.#save({ seq, time, complete: false });
    return true;
  }

  /** After `advance` has given false at the end of a run: the note, the artifacts, the model, the status, the sweep. */
  async complete(): Promise<void> {
    if (!this.#state) return;
    const { client, options } = this.#context;
    const { runId } = this.#state;
    const summary = await readSummary(this.#run);
    const tags: Pair[] = [
      tag('mlflow.note.content', note(summary, await specDescription(this.#run))),
      ...Object.entries(options.tags).map(([key, value]) => tag(key, value)),
    ];
    for (const batch of batches(tags, { count: 100, bytes: metricLimits.bytes }))
      await client.logBatch(runId, { tags: batch });
    if (options.artifacts) await this.#sendFiles(runId, summary);
    await client.updateRun(runId, this.#ending(summary));
    // The run's twin goes first: it may be all that keeps a twin of the sweep.
    await removeTwins(client, this.#state, tag('ablate.uuid', summary.uuid), 'with-metrics');
    const done = (): Promise<void> => this.#save({ complete: true });
    if (!this.#parentId) return done();
    const sweep = { experimentId: this.#state.experimentId, runId: this.#parentId };
    await updateSweep(client, sweep, { folder: this.#run, started: this.#started }, done).catch(
      async (error: unknown) => {
        await this.#save({ complete: false });
        throw error;
      },
    );
  }

  async #sendFiles(runId: string, summary: RunSummary): Promise<void> {
    const { client, options } = this.#context;
    const model =
      options.model && summary.status === 'finished' ? await writeModel(this.#run, summary, runId) : undefined;
    await sendArtifacts(this.#run, {
      client,
      artifactUri: this.#artifactUri,
      sent: this.#state!.artifacts,
      checkpoints: options.checkpoints,
      embeddings: options.embeddings,
      warn: this.#context.warn,
      progress: (artifacts) => this.#save({ artifacts }),
    });
    if (!model) return;
    await logModel(client, runId, model);
    if (options.registeredModel)
      await registerModel(client, runId, options.registeredModel, `${this.#artifactUri}/model`);
  }

  /** Reads on to the journal's end, to learn what still counts. */
  async #look(): Promise<void> {
    let count = 0;
    for (const record of this.#ahead.records()) {
      this.#first ??= record;
      this.#last = record;
      if (record.type === 'started') this.#started = record;
      if (record.type === 'rewound') this.#sent?.doubt();
      this.#index.add(record);
      if (++count % recordsATurn === 0) await turn();
    }
  }

  async #open(first: JournalRecord): Promise<void> {
    const opened = await openRun(this.#run, { ...this.#context, names: this.#names, start: first.time });
    this.#state = opened.state;
    this.#artifactUri = opened.artifactUri;
    this.#parentId = opened.parentId;
    this.#sent = new SentPoints(this.#context.client, opened.state.runId, opened.existed);
    await this.#save({});
  }

  /** The next records with the points among them, up to one batch. What was gathered and not sent is given again. */
  async #gather(): Promise<{ records: readonly JournalRecord[]; points: readonly Point[]; tags: readonly Pair[] }> {
    let count = this.#queue.reduce((sum, record) => sum + metricsOf(record).length, 0);
    // Never beyond what has been indexed: nobody could say yet whether it counts.
    if (count < metricLimits.count && this.#read < this.#last!.seq) {
      for (const record of this.#behind.records()) {
        this.#read = record.seq;
        const points = metricsOf(record);
        // Names are given out in the journal's order, whatever has been sent.
        for (const { name } of points) this.#names.of(name);
        if (record.seq > this.#state!.seq) {
          this.#queue.push(record);
          count += points.length;
        }
        if (count >= metricLimits.count || this.#read >= this.#last!.seq) break;
        if (record.seq % recordsATurn === 0) await turn();
      }
    }
    const counting = this.#queue.filter((record) => this.#index.counts(record));
    const named = counting.flatMap((record) => metricsOf(record).map(({ name, value }) => ({ name, value, record })));
    const points = named.map(
      ({ name, value, record }): Point => ({
        key: this.#names.of(name),
        value,
        timestamp: record.time,
        step: 'step' in record ? (record.step ?? 0) : 0,
      }),
    );
    const tags = this.#names.originalTags().filter(({ key, value }) => this.#tagged.get(key) !== value);
    return { records: this.#queue, points, tags };
  }

  async #send(points: readonly Point[], tags: readonly Pair[]): Promise<void> {
    const { client } = this.#context;
    const { runId } = this.#state!;
    const missing = await this.#sent!.missing(points);
    const changed =
      missing.changed.length > 0
        ? [
            tag(
              'ablate.logged-again',
              `${missing.changed.join(', ')}: steps were trained again from a checkpoint with other values; the later time counts`,
            ),
          ]
        : [];
    for (const batch of batches([...tags, ...changed], { count: 100, bytes: metricLimits.bytes }))
      await client.logBatch(runId, { tags: batch });
    for (const { key, value } of tags) this.#tagged.set(key, value);
    for (const batch of batches(missing.points, metricLimits)) await client.logBatch(runId, { metrics: batch });
  }

  async #act(record: JournalRecord): Promise<void> {
    if (record.type !== 'started' || !this.#index.counts(record)) return;
    const { client } = this.#context;
    await client.logInputs(this.#state!.runId, [datasetInput(record)]);
    await client.logBatch(this.#state!.runId, {
      tags: [tag('ablate.device', record.device), tag('ablate.parameters', String(record.parameters))],
    });
  }

  /** A run without an end whose journal nobody writes any more was killed. */
  #ending({ status }: RunSummary): { status: MlflowStatus; end_time: number } {
    return { status: status === 'running' ? 'KILLED' : endings[status], end_time: this.#last!.time };
  }

  async #save(change: Partial<ProjectionState>): Promise<void> {
    this.#state = { ...this.#state!, ...change };
    this.#context.client.move();
    await writeState(this.#run, this.#state);
  }
}
