import { basename, dirname } from 'node:path';
import type { FigurePanel } from '../../contracts/figure.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { problemOf } from '../../base/errors/problem-of.ts';
import { centerMovement } from '../../figures/center-frames.ts';
import { RunHistory } from '../../figures/run-history.ts';
import { savedEvaluation } from '../../figures/saved-evaluation.ts';
import { withoutSeed } from '../../runs/comparison/comparison.ts';
import { folderNames } from '../../runs/plan/folder-names.ts';
import { readPlanFile } from '../../runs/plan/plan-file.ts';
import { readRunFacts, type RunFacts } from '../../runs/plan/run-facts.ts';
import { foldOfSplit, type RunFold } from '../../experiment/spec/run-fold.ts';
import type { RunOutcome } from '../../runs/plan/run-outcome.ts';
import type { Provenance } from '../../records/provenance/provenance.ts';
import { damagedWords, readJournal } from '../../records/journal/read-journal.ts';
import { readProvenance } from '../../records/provenance/record-provenance.ts';
import { readSummary, type RunSummary } from '../../records/run-folder/summary.ts';
import { readWrittenSpec } from '../../experiment/spec/read-written-spec.ts';
import type { WrittenSpec } from '../../experiment/spec/written-spec.ts';

/** A run as a report shows it. */
export interface ReportedRun {
  /** `r0`, `r1` …: what the page calls it. */
  readonly key: string;
  readonly folder: RunFolder;
  /** Where it lies, for people. */
  readonly place: string;
  readonly summary: RunSummary;
  /** What distinguishes it; with the experiment before it where a report has several. */
  readonly title: string;
  /** The same without seed and fold. */
  readonly group: string;
  readonly fold: RunFold | undefined;
  /** The folder of its experiment, where a report has several of one name: they are not one. */
  readonly origin?: string | undefined;
  readonly spec: WrittenSpec;
  readonly provenance: Provenance | undefined;
  readonly warnings: readonly string[];
  readonly panel: FigurePanel;
  readonly facts: RunFacts;
}

/** What kept a folder from being read. */
export interface UnreadRun {
  /** Where it lies, for people. */
  readonly directory: string;
  readonly problem: string;
}

/**
 * Reads runs for a report; a folder that is damaged is told of, and does not stop the others. `placeOf` says where a
 * folder lies, for people.
 */
export async function readReportedRuns(
  folders: readonly RunFolder[],
  placeOf: (directory: string) => string,
): Promise<{ runs: ReportedRun[]; unread: UnreadRun[] }> {
  const experiments = new Set(folders.map(({ directory }) => dirname(directory)));
  const origins = await originsOf(folders);
  const [runs, unread]: [ReportedRun[], UnreadRun[]] = [[], []];
  for (const folder of folders) {
    try {
      runs.push(
        await readOne(folder, `r${runs.length}`, {
          named: experiments.size > 1,
          place: placeOf(folder.directory),
          origin: origins.get(folder.directory),
        }),
      );
    } catch (cause) {
      unread.push({ directory: placeOf(folder.directory), problem: problemOf(cause) });
    }
  }
  const ordered = runs.sort(byPoint).map((run, index) => ({ ...run, key: `r${index}` }));
  return { runs: ordered, unread };
}

/**
 * What tells experiments of one name apart, by the folders of their runs: the folder of each that has a plan of its
 * own.
 */
async function originsOf(folders: readonly RunFolder[]): Promise<Map<string, string>> {
  const byName = new Map<string, Set<string>>();
  for (const { directory } of folders) {
    const [parent, name] = [dirname(directory), basename(dirname(directory))];
    // What was fetched of a server lies in a folder without a plan.
    if (await readPlanFile(parent).catch(() => undefined))
      byName.set(name, (byName.get(name) ?? new Set()).add(parent));
  }
  const ambiguous = [...byName.values()].filter(({ size }) => size > 1).flatMap((parents) => [...parents]);
  const names = folderNames(ambiguous);
  return new Map(
    folders.flatMap(({ directory }) => {
      const name = names.get(dirname(directory));
      return name === undefined ? [] : [[directory, name] as const];
    }),
  );
}

/** By experiment, then by the values of the point: numbers by size, others in the order in which their runs began. */
function byPoint(one: ReportedRun, other: ReportedRun): number {
  const { experiment, point, started } = one.summary;
  if (experiment !== other.summary.experiment) return experiment < other.summary.experiment ? -1 : 1;
  for (const [path, value] of Object.entries(point)) {
    const its = other.summary.point[path];
    if (typeof value === 'number' && typeof its === 'number' && value !== its) return value - its;
    if (JSON.stringify(value) !== JSON.stringify(its)) break;
  }
  return (started ?? '') < (other.summary.started ?? '') ? -1 : 1;
}

async function readOne(
  folder: RunFolder,
  key: string,
  { named, place, origin }: { named: boolean; place: string; origin: string | undefined },
): Promise<ReportedRun> {
  const summary = await readSummary(folder);
  const spec = await readWrittenSpec(folder.spec);
  const history = new RunHistory();
  const warnings = new Set<string>();
  for (const record of readJournal(folder.journal, (lines) => warnings.add(damagedWords(lines)))) {
    history.add(record);
    if (record.type === 'warning') warnings.add(record.message);
  }
  const prefix = named ? `${origin ?? (summary.experiment || basename(dirname(folder.directory)))}: ` : '';
  const title = `${prefix}${summary.label || summary.name}`;
  const group = `${prefix}${withoutSeed(summary.label) || (summary.label ? 'all seeds' : summary.name)}`;
  const [dataset] = Object.values(spec['dataset'] as Readonly<Record<string, { readonly split?: unknown }>>);
  const fold = foldOfSplit(dataset?.split);
  const provenance = await readProvenance(folder, (message) => warnings.add(message));
  const facts = await readRunFacts(folder, () => undefined);
  return {
    key,
    folder,
    place,
    summary,
    title,
    group,
    fold,
    origin,
    spec,
    provenance,
    facts,
    warnings: [...warnings],
    panel: {
      title,
      group,
      seed: summary.seed,
      ...(fold && { fold }),
      point: summary.point,
      results: { ...history.results, metrics: summary.metrics, intervals: summary.intervals },
      history: history.points,
      input: () => savedEvaluation(folder.directory, 'test'),
      movement: () => centerMovement(folder.directory),
    },
  };
}

/** Makes of a run what the comparison takes. @param point what tells it from its siblings, where that is another's */
export function outcomeOf(
  { folder, summary, title, fold, origin }: ReportedRun,
  point: RunSummary['point'] = summary.point,
): RunOutcome {
  const { status, seed, metrics, millisecondsPerStep, error, experiment } = summary;
  return {
    id: folder.id,
    name: title,
    dir: folder.directory,
    status: status === 'running' ? 'interrupted' : status,
    seed,
    ...(fold && { fold }),
    metrics,
    millisecondsPerStep,
    point: { ...point, experiment, ...(origin !== undefined && { folder: origin }) },
    ...(error && { error }),
  };
}
