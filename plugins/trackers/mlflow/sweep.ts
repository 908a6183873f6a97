import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AblateError, type RunFolder, type StartedEvent } from 'ablate-ml';
import { readExperimentIdentity, readSummary, sweepOverview, whileHolding, type RunSummary } from 'ablate-ml/runs';
import { batches } from './batches.ts';
import { datasetInput } from './dataset-input.ts';
import { LegalNames } from './legal-names.ts';
import type { MlflowClient, MlflowStatus, Point } from './mlflow-client.ts';
import { readState } from './projection-state.ts';
import { removeTwins } from './remove-twins.ts';
import { specParams, tag, user } from './run-facts.ts';

const longestNote = 4900;
const columns = 8;
/** Of one request. */
const limits = { count: 100, bytes: 900_000 };
/** Milliseconds that a process waits for others of its sweep. */
const patience = 20_000;

/**
 * Does something about a sweep that its processes, on whichever machines, do one after another; without waiting for
 * ever for one that hangs.
 */
async function inTurn<T>(run: RunFolder, work: () => Promise<T>): Promise<T> {
  let begun = false;
  const first = async (): Promise<T> => {
    begun = true;
    return work();
  };
  return whileHolding(dirname(run.directory), first, patience).catch((error: unknown) => {
    if (begun || !(error instanceof AblateError)) throw error;
    return work();
  });
}

/** Finds the parent of a matrix's runs, made where there is none; undefined for a run that stands alone. */
export async function sweepRun(
  client: MlflowClient,
  experimentId: string,
  run: RunFolder,
  summary: RunSummary,
): Promise<string | undefined> {
  const identity = await readExperimentIdentity(dirname(run.directory));
  if (!identity || Object.keys(summary.point).length === 0) return undefined;
  const mark = tag('ablate.uuid', identity.uuid);
  const known = await client.findRun(experimentId, mark);
  if (known) return known.info.run_id;
  return inTurn(run, async () => {
    const there = await client.findRun(experimentId, mark);
    if (there) return there.info.run_id;
    const starts = (await siblings(run)).flatMap(({ summary: { started } }) => (started ? [Date.parse(started)] : []));
    const { info: made } = await client.createRun({
      experiment_id: experimentId,
      run_name: summary.experiment,
      user_id: user,
      start_time: Math.min(Date.now(), ...starts),
      tags: [mark, tag('mlflow.user', user), tag('ablate.experiment', summary.experiment)],
    });
    return made.run_id;
  });
}

async function siblings(run: RunFolder): Promise<{ summary: RunSummary; isHeld: boolean }[]> {
  const parent = dirname(run.directory);
  const names = (await readdir(parent, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const found = names
    .map((name) => ({ directory: join(parent, name), summary: join(parent, name, 'summary.json') }))
    .filter(({ summary }) => existsSync(summary));
  return (
    await Promise.all(
      found.map(async ({ directory, summary }) => {
        // A sibling whose folder is damaged keeps no other run from its end.
        const known = await readSummary({ ...run, summary }).catch(() => undefined);
        if (!known) return [];
        // One that has sent all and only has to let go of its folder is at its end.
        const isHeld =
          directory !== run.directory &&
          existsSync(join(directory, 'lock')) &&
          !(await readState({ ...run, directory }))?.complete;
        return [{ summary: known, isHeld }];
      }),
    )
  ).flat();
}

/** How the sweep stands when its runs stand so: running while one does, else as bad as the worst. */
function statusOf(runs: readonly { summary: RunSummary; isHeld: boolean }[]): MlflowStatus {
  if (runs.some(({ isHeld }) => isHeld)) return 'RUNNING';
  const statuses = new Set(runs.map(({ summary }) => summary.status));
  return statuses.has('failed')
    ? 'FAILED'
    : statuses.has('interrupted') || statuses.has('running')
      ? 'KILLED'
      : 'FINISHED';
}

/** All runs of a sweep as a Markdown table, as many as a note takes. */
function sweepTable(summaries: readonly RunSummary[]): string {
  const metrics = [...new Set(summaries.flatMap(({ metrics: found }) => Object.keys(found)))].slice(0, columns);
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const lines = [row(['run', 'status', ...metrics]), row(['---', '---', ...metrics.map(() => '---:')])];
  for (const [index, { label, id, status, metrics: found }] of summaries.entries()) {
    const line = row([
      label || id,
      status,
      ...metrics.map((name) => (name in found ? String(Number(found[name]!.toPrecision(5))) : '')),
    ]);
    if (lines.join('\n').length + line.length > longestNote)
      return [...lines, '', `and ${summaries.length - index} more`].join('\n');
    lines.push(line);
  }
  return lines.join('\n');
}

/** A run that has just been sent. */
interface SentRun {
  readonly folder: RunFolder;
  /** What it was trained on; undefined where it never began. */
  readonly started: StartedEvent | undefined;
}

/**
 * Brings a sweep's parent up to date with the folders of its runs, and takes its twins away.
 *
 * @param ended notes that this run has sent all, so that of several that end at once the last one sees that none is
 * left
 */
export async function updateSweep(
  client: MlflowClient,
  parent: { experimentId: string; runId: string },
  run: SentRun,
  ended: () => Promise<void>,
): Promise<void> {
  await inTurn(run.folder, async () => {
    await ended();
    await update(client, parent, run);
  });
}

async function update(
  client: MlflowClient,
  { experimentId, runId: parentId }: { experimentId: string; runId: string },
  { folder: run, started }: SentRun,
): Promise<void> {
  const runs = await siblings(run);
  const summaries = runs.map(({ summary }) => summary);
  await describe(client, parentId, run, summaries);
  if (started) await client.logInputs(parentId, [datasetInput(started)]);
  await client.logBatch(parentId, {
    tags: [tag('mlflow.note.content', sweepTable(summaries)), tag('ablate.runs', String(runs.length))],
  });
  const status = statusOf(runs);
  const ends = summaries.flatMap(({ ended }) => (ended ? [Date.parse(ended)] : []));
  await client.updateRun(parentId, {
    status,
    ...(status !== 'RUNNING' && ends.length > 0 && { end_time: Math.max(...ends) }),
  });
  const identity = await readExperimentIdentity(dirname(run.directory));
  if (identity) await removeTwins(client, { experimentId, runId: parentId }, tag('ablate.uuid', identity.uuid), 'none');
}

/**
 * Gives a sweep's parent what its runs share as params, and the mean of each group of runs as metrics
 * `<role>/<metric>/<group>`, again whenever more of them have finished. Nothing is sent twice.
 */
async function describe(
  client: MlflowClient,
  parentId: string,
  run: RunFolder,
  summaries: readonly RunSummary[],
): Promise<void> {
  const { groups, varying } = await sweepOverview(dirname(run.directory), summaries);
  const names = new LegalNames();
  const isWithin = (inner: string, outer: string): boolean =>
    inner === outer || (inner.startsWith(outer) && /^[.[]/.test(inner.slice(outer.length)));
  const isShared = (path: string): boolean =>
    [...varying].every((point) => !isWithin(path, point) && !isWithin(point, path));
  const shared = await specParams(run, names, isShared);
  const points = groups.flatMap(({ name, means, ended }): Point[] =>
    Object.entries(means).map(([metric, value]) => ({
      key: names.of([exportedName(metric), ...(name ? [name] : [])].join('/')),
      value,
      timestamp: ended,
      // Those of one step alone are drawn as bars, not as if a mean were trained.
      step: 0,
    })),
  );
  const { params = [], metrics = [] } = (await client.run(parentId))?.data ?? {};
  const known = new Set(params.map(({ key }) => key));
  const latest = new Map(metrics.map(({ key, timestamp }) => [key, Number(timestamp)]));
  const isNews = ({ key, timestamp }: Point): boolean => timestamp > (latest.get(key) ?? -1);
  for (const batch of batches([...shared.tags, ...names.originalTags()], limits))
    await client.logBatch(parentId, { tags: batch });
  for (const batch of batches(
    shared.params.filter(({ key }) => !known.has(key)),
    limits,
  ))
    await client.logBatch(parentId, { params: batch });
  for (const batch of batches(points.filter(isNews), limits)) await client.logBatch(parentId, { metrics: batch });
}

/** A summary's name of a metric as the runs themselves have it: `accuracy` is the test role's. */
const exportedName = (metric: string): string => (metric.startsWith('validation/') ? metric : `test/${metric}`);
