import { median } from 'simple-statistics';
import { z } from 'zod';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { RunStatus } from '../../contracts/run-event.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { folderName } from '../../experiment/spec/settings-schema.ts';
import { readJournal } from '../journal/read-journal.ts';
import { readRecordFile, recordedNumber, recordedPoint } from '../journal/read-record-file.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';

/** Version of `summary.json`. */
const summaryVersion = 1;

/** `summary.json`: a run at a glance. Numbers that JSON lacks are written as `"NaN"`, `"Infinity"`, `"-Infinity"`. */
export interface RunSummary {
  readonly version: typeof summaryVersion;
  /** The folder's name. */
  readonly id: string;
  /** Unique everywhere; a tracking server's copy is found by it. */
  readonly uuid: string;
  readonly experiment: string;
  /** The spec's name. */
  readonly name: string;
  readonly label: string;
  /** Matrix path → this run's value. */
  readonly point: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly status: RunStatus | 'running';
  /** That the folder is being emptied for the run, which has not begun, and may hold something of the one before. */
  readonly emptying?: true;
  readonly error?: { readonly code: string; readonly message: string };
  /** Metrics of the last evaluation of the test role; other roles' with their name before: `validation/accuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** 95 % confidence intervals by the same names. */
  readonly intervals: Readonly<Record<string, readonly [low: number, high: number]>>;
  readonly device: string | null;
  readonly steps: number;
  /** Median over all steps; null before the first. */
  readonly millisecondsPerStep: number | null;
  /** Images a second while steps were trained. */
  readonly samplesPerSecond: number | null;
  /** Lines of the journal that are damaged, and left out of all that is reported here; absent where none is. */
  readonly damagedLines?: number;
  /** Most resident memory of the process, in bytes. */
  readonly peakMemoryBytes: number | null;
  /** Seconds at work, over all sessions of the run. */
  readonly seconds: number;
  /** ISO 8601. */
  readonly started: string | null;
  readonly ended: string | null;
}

/** Makes the summary of a run that has not begun. */
export function newSummary({
  uuid,
  experiment,
  run,
}: {
  uuid: string;
  experiment: string;
  run: PlannedRun;
}): RunSummary {
  const { id, label, point, spec } = run;
  return {
    version: summaryVersion,
    id,
    uuid,
    experiment,
    name: spec.name,
    label,
    point: redactSecrets(point),
    seed: spec.seed,
    status: 'running',
    metrics: {},
    intervals: {},
    device: null,
    steps: 0,
    millisecondsPerStep: null,
    samplesPerSecond: null,
    peakMemoryBytes: null,
    seconds: 0,
    started: null,
    ended: null,
  };
}

const iso = (time: number): string => new Date(time).toISOString();

/**
 * Brings a run's summary up to date with its journal and writes it. Call it after the journal's last event.
 *
 * @param peakMemoryBytes of the process that trained: this one's by default
 * @throws AblateError DISK_FULL, RUN_FOLDER
 */
export async function summarize(
  folder: RunFolder,
  peakMemoryBytes = process.resourceUsage().maxRSS * 1024,
): Promise<RunSummary> {
  const before = await readSummary(folder);
  const milliseconds: number[] = [];
  const metrics: Record<string, number> = {};
  const intervals: Record<string, readonly [number, number]> = {};
  let [images, seconds, time, undecided] = [0, 0, 0, 0];
  let changes: Partial<RunSummary> = { status: 'running', error: undefined, ended: null };
  let damagedLines: number | undefined;
  for (const record of readJournal(folder.journal, (lines) => (damagedLines = lines))) {
    // Between two sessions nobody worked; a warning or a sample of the machine may come just before the second one's
    // start.
    undecided = record.type === 'started' || time === 0 ? 0 : undecided + (record.time - time) / 1000;
    if (record.type !== 'warning' && record.type !== 'system') [seconds, undecided] = [seconds + undecided, 0];
    time = record.time;
    if (record.type === 'started') changes = { started: iso(time), ...changes, device: record.device };
    if (record.type === 'ended')
      changes = { ...changes, status: record.status, error: record.error, steps: record.step, ended: iso(time) };
    if (record.type === 'step') {
      milliseconds.push(record.milliseconds);
      images += record.images;
    }
    if (record.type === 'evaluated') {
      const named = <T>(values: Readonly<Record<string, T>>): [string, T][] =>
        Object.entries(values).map(([name, value]) => [
          record.role === 'test' ? name : `${record.role}/${name}`,
          value,
        ]);
      Object.assign(metrics, Object.fromEntries(named(record.metrics)));
      Object.assign(intervals, Object.fromEntries(named(record.intervals)));
    }
  }
  const trained = milliseconds.reduce((sum, value) => sum + value, 0);
  const summary: RunSummary = {
    ...before,
    ...changes,
    metrics,
    intervals,
    damagedLines,
    seconds: seconds + undecided,
    steps: changes.steps ?? milliseconds.length,
    millisecondsPerStep: milliseconds.length ? median(milliseconds) : null,
    samplesPerSecond: trained > 0 ? (images * 1000) / trained : null,
    peakMemoryBytes: Math.max(before.peakMemoryBytes ?? 0, peakMemoryBytes) || null,
  };
  await writeSummary(folder, summary);
  return summary;
}

const unwritable = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

/** Writes `summary.json` atomically. */
export async function writeSummary(folder: RunFolder, summary: RunSummary): Promise<void> {
  await writeAtomically(folder.summary, `${JSON.stringify(summary, unwritable, 2)}\n`);
}

const recordedRange = z.tuple([recordedNumber, recordedNumber]);

const recordedName = z.string().max(200).regex(folderName, 'no name of a folder');

/** What readers take for granted of `summary.json`; keys that a later version adds stay. */
const summarySchema: z.ZodType<RunSummary> = z.looseObject({
  version: z.literal(summaryVersion),
  // A stranger's too: they become folders and parts of what a server is asked.
  id: recordedName,
  uuid: z.string().regex(/^[\w-]+$/, 'no unique name of a run'),
  experiment: recordedName,
  name: z.string(),
  label: z.string(),
  point: recordedPoint,
  seed: z.number(),
  status: z.enum(['running', 'finished', 'failed', 'interrupted']),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
  metrics: z.record(z.string(), recordedNumber),
  intervals: z.record(z.string(), recordedRange),
  device: z.string().nullable(),
  steps: recordedNumber,
  millisecondsPerStep: recordedNumber.nullable(),
  samplesPerSecond: recordedNumber.nullable(),
  peakMemoryBytes: recordedNumber.nullable(),
  seconds: recordedNumber,
  started: z.string().nullable(),
  ended: z.string().nullable(),
});

/**
 * Reads `summary.json`. It may be a stranger's: names that would lead out of a folder are refused.
 *
 * @throws AblateError RUN_FOLDER where it is missing, damaged or of a newer version
 */
export async function readSummary(folder: RunFolder): Promise<RunSummary> {
  const remedy = 'Name the folder of a run: the one that holds summary.json.';
  const summary = await readRecordFile(folder.summary, { schema: summarySchema, version: summaryVersion, remedy });
  if (summary) return summary;
  throw new AblateError('RUN_FOLDER', `${folder.summary} cannot be read: there is no such file.`, { remedy });
}
