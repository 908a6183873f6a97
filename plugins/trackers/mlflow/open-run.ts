import type { RunFolder } from 'ablate-ml';
import { JournalReader, readSummary } from 'ablate-ml/runs';
import { batches } from './batches.ts';
import type { ExporterContext } from './exporter-context.ts';
import type { LegalNames } from './legal-names.ts';
import type { Pair, ServerRun } from './mlflow-client.ts';
import { readState, type ProjectionState } from './projection-state.ts';
import { runTags, specParams, tag, user } from './run-facts.ts';
import { sweepRun } from './sweep.ts';

const limits = { count: 100, bytes: 900_000 };

/** The server's side of a run. */
export interface OpenedRun {
  readonly state: ProjectionState;
  readonly artifactUri: string;
  /** The run of the sweep that it is a part of. */
  readonly parentId: string | undefined;
  /** Whether it was there before. */
  readonly existed: boolean;
}

/**
 * Finds the run on the server (by what `mlflow.json` says, else by its unique tag) or makes it, and sees that its
 * params and tags are there. May be called again after any failure: nothing is made twice.
 *
 * @param context `start` is the time of the journal's first record
 */
export async function openRun(
  folder: RunFolder,
  context: ExporterContext & { names: LegalNames; start: number },
): Promise<OpenedRun> {
  const { client, runName, start, names } = context;
  const summary = await readSummary(folder);
  const identity = tag('ablate.uuid', summary.uuid);
  const before = await readState(folder);
  const isOurs = (run: ServerRun | undefined): run is ServerRun =>
    run?.info.lifecycle_stage === 'active' &&
    (run.data.tags ?? []).some(({ key, value }) => key === identity.key && value === identity.value);

  let run = before && (await client.run(before.runId));
  const known = isOurs(run);
  if (!isOurs(run)) {
    const experiment_id = await client.experiment(context.experiment);
    run = (await client.findRun(experiment_id, identity)) ?? undefined;
    const existed = run !== undefined;
    run ??= await client.createRun({
      experiment_id,
      run_name: runName,
      user_id: user,
      start_time: start,
      tags: [identity],
    });
    if (!existed) run = { ...run, data: {} };
  }
  const { run_id: runId, experiment_id: experimentId } = run.info;
  const parentId = context.options.nested ? await sweepRun(client, experimentId, folder, summary) : undefined;
  const parent = parentId ? [tag('mlflow.parentRunId', parentId)] : [];
  await describe(run, [...(await runTags(folder, summary)), ...parent], await specParams(folder, names));
  for (const id of [...(run.info.status === 'RUNNING' ? [] : [runId]), ...(parentId ? [parentId] : [])])
    await client.updateRun(id, { status: 'RUNNING' });
  const progress =
    known && before ? { ...arrived(folder, before), artifacts: before.artifacts } : { seq: -1, artifacts: {} };
  return {
    state: { version: 1, url: client.url, experimentId, runId, ...progress, complete: false },
    artifactUri: run.info.artifact_uri,
    parentId,
    existed: known || run.data.tags !== undefined,
  };

  async function describe(
    { info, data }: ServerRun,
    tags: readonly Pair[],
    spec: { params: readonly Pair[]; tags: readonly Pair[] },
  ): Promise<void> {
    const there = new Map((data.params ?? []).map(({ key, value }) => [key, value]));
    const missing = spec.params.filter(({ key }) => !there.has(key));
    // MLflow never changes a param: a run that went on with another spec says so in tags.
    const changed = spec.params
      .filter(({ key, value }) => there.has(key) && there.get(key) !== value)
      .map(({ key, value }) => tag(`ablate.changed.${key}`.slice(0, 250), value));
    for (const params of batches(missing, limits)) await client.logBatch(info.run_id, { params });
    for (const batch of batches([...tags, ...spec.tags, ...changed], limits))
      await client.logBatch(info.run_id, { tags: batch });
  }
}

/**
 * How far the server's copy is, where the journal still holds that record; else nothing is known, and the server is
 * asked for each.
 */
function arrived(folder: RunFolder, { seq, time }: ProjectionState): Pick<ProjectionState, 'seq' | 'time'> {
  for (const record of seq < 0 ? [] : new JournalReader(folder.journal).records()) {
    if (record.seq === seq && (time === undefined || record.time === time)) return { seq, time: record.time };
  }
  return { seq: -1 };
}
