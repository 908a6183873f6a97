import { join } from 'node:path';
import type { Chosen, StagedRun } from '../../experiment/spec/study-stages.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Range } from '../../experiment/search-methods/range.ts';
import type { SearchSettings } from '../../experiment/spec/study-schema.ts';
import type { Study } from '../../experiment/spec/study.ts';
import { makeFolder } from '../../base/system/make-folder.ts';
import { readRecordFile, recordedPoint } from '../../records/journal/read-record-file.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';

/** Version of `plan.json`; a reader refuses another. */
const planVersion = 1;

/** A run as `plan.json` has it; how it stands is in its own folder. */
export interface PlanFileRun {
  /** Name of its folder. */
  readonly id: string;
  readonly label: string;
  /** Matrix path → this run's value; no secrets. */
  readonly point: Readonly<Record<string, unknown>>;
  /** What a search or a protocol runs it for. */
  readonly purpose?: 'search' | 'final';
}

/** What a search chose for a group. */
export interface PlanFileChoice {
  readonly group: string;
  /** Its point of the matrix: what it is known by when the spec has got others. */
  readonly point: Readonly<Record<string, unknown>>;
  /** Path → value. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Of the search's metric on validation; null without a search. */
  readonly score: number | null;
}

/** A search as `plan.json` has it. */
export interface PlanFileSearch extends Pick<SearchSettings, 'budget' | 'method' | 'metric' | 'mode' | 'seed'> {
  /** Folds that each point is validated on; null without a protocol. */
  readonly folds: number | null;
  /** Path → range as specs write it: `{logUniform: [0.001, 0.1]}`. */
  readonly groups: readonly (Pick<PlanFileChoice, 'group' | 'point'> & {
    readonly ranges: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;
  })[];
}

/** What an asynchronous search has decided for a group. */
export interface PlanFileDecisions extends Pick<PlanFileChoice, 'group' | 'point'> {
  readonly steps: readonly { readonly trial: number; readonly epochs: number }[];
}

/** When a locked test set was opened, and for what. */
export interface OpenedTest {
  /** ISO 8601, the first time. */
  readonly time: string;
  readonly chosen: readonly OpenedChoice[];
  /** Each time that a run was made again with its test set open, on purpose: `ablate reproduce --open-test`. */
  readonly again?: readonly SecondLook[];
}

/** A choice that a test set was opened for. */
export interface OpenedChoice extends PlanFileChoice {
  /** Ids of the final runs, which follow from the whole spec; absent where an older version wrote the file. */
  readonly runs?: readonly string[];
}

/** A test set opened once more, for the same choice. */
export interface SecondLook {
  readonly time: string;
  /** The run's id. */
  readonly run: string;
  /** Folder of the run that was made. */
  readonly by: string;
}

/** `plan.json` in an experiment's folder: all runs of the experiment, before the first of them starts. */
export interface PlanFile {
  readonly version: typeof planVersion;
  readonly name: string;
  /** Absolute path of the spec file. */
  readonly spec: string;
  readonly runs: readonly PlanFileRun[];
  /** What is searched, and how. */
  readonly search?: PlanFileSearch;
  /**
   * Which trials an asynchronous search has taken how far, in the order in which it decided so: a search that goes on
   * takes nothing back.
   */
  readonly decisions?: readonly PlanFileDecisions[];
  /** What the search chose, once it is over. */
  readonly chosen?: readonly PlanFileChoice[];
  /** What the test set was opened for, the first time; it is not opened again for another choice. */
  readonly opened?: OpenedTest;
}

const fileIn = (parent: string): string => join(parent, 'plan.json');

/**
 * Writes the plan into the experiment's folder, which it makes; atomically, and not at all where it is there already.
 *
 * @throws AblateError RUN_FOLDER, DISK_FULL
 */
export async function writePlanFile(
  parent: string,
  { plan: { name, file, runs, study }, staged, decisions, chosen }: KnownRuns,
  opened?: OpenedTest,
): Promise<void> {
  const plan: PlanFile = {
    version: planVersion,
    name,
    spec: file,
    runs: runs.map(({ id, label, point }) => ({
      id,
      label,
      point: redactSecrets(point),
      ...(staged.has(id) && { purpose: staged.get(id)!.purpose }),
    })),
    ...(study?.search && { search: searchOf(study, study.search) }),
    ...(decisions && { decisions }),
    ...(chosen && { chosen: chosen.map(choiceOf) }),
    ...(opened && { opened }),
  };
  const text = `${JSON.stringify(plan, null, 1)}\n`;
  if ((await readFile(fileIn(parent), 'utf8').catch(() => undefined)) === text) return;
  await makeFolder(parent);
  await writeAtomically(fileIn(parent), text);
}

function searchOf(
  { groups, protocol }: Study,
  { budget, method, metric, mode, seed, folds }: SearchSettings,
): PlanFileSearch {
  const written = (range: Range): Record<string, readonly unknown[]> => ({
    [range.kind]: range.kind === 'choice' ? range.values : [range.low, range.high],
  });
  return {
    budget,
    method,
    metric,
    mode,
    seed,
    folds: protocol ? (folds ?? protocol.folds) : null,
    groups: groups.map(({ name, point, ranges }) => ({
      group: name,
      point: redactSecrets(point),
      ranges: Object.fromEntries([...ranges].map(([path, range]) => [path, written(range)])),
    })),
  };
}

/**
 * Keeps with an experiment that its test set is opened once more; not where it has no plan that opened one. @throws
 * AblateError RUN_FOLDER, DISK_FULL
 */
export async function recordSecondLook(parent: string, look: SecondLook): Promise<void> {
  const plan = await readPlanFile(parent);
  if (plan?.opened)
    await writeAtomically(
      fileIn(parent),
      `${JSON.stringify({ ...plan, opened: { ...plan.opened, again: [...(plan.opened.again ?? []), look] } }, null, 1)}\n`,
    );
}

/** Writes a choice as the plan file has it. */
export function choiceOf({ group, point, values, score }: Chosen): PlanFileChoice {
  return { group, point: redactSecrets(point), values: Object.fromEntries(values), score: score ?? null };
}

const choiceSchema = z.looseObject({
  group: z.string(),
  point: recordedPoint,
  values: recordedPoint,
  score: z.number().nullable(),
});
const count = z.int().min(0);

/** What readers take for granted of `plan.json`; keys that a later version adds stay. */
const planSchema = z.looseObject({
  version: z.literal(planVersion),
  name: z.string(),
  spec: z.string(),
  runs: z.array(
    z.looseObject({
      id: z.string(),
      label: z.string(),
      point: recordedPoint,
      purpose: z.enum(['search', 'final']).optional(),
    }),
  ),
  search: z
    .looseObject({
      budget: count,
      method: z.looseObject({ name: z.string() }),
      metric: z.string().nullable(),
      mode: z.enum(['max', 'min']),
      seed: z.number(),
      folds: z.number().nullable(),
      groups: z.array(
        z.looseObject({
          group: z.string(),
          point: recordedPoint,
          ranges: z.record(z.string(), z.record(z.string(), z.array(z.unknown()))),
        }),
      ),
    })
    .optional(),
  decisions: z
    .array(
      z.looseObject({
        group: z.string(),
        point: recordedPoint,
        steps: z.array(z.object({ trial: count, epochs: count })),
      }),
    )
    .optional(),
  chosen: z.array(choiceSchema).optional(),
  opened: z
    .looseObject({
      time: z.string(),
      chosen: z.array(choiceSchema.extend({ runs: z.array(z.string()).optional() })),
      again: z.array(z.object({ time: z.string(), run: z.string(), by: z.string() })).optional(),
    })
    .optional(),
}) as unknown as z.ZodType<PlanFile>;

/**
 * Reads the plan of an experiment; undefined where its folder has none.
 *
 * @throws AblateError RUN_FOLDER where it is damaged or of another version
 */
export function readPlanFile(parent: string): Promise<PlanFile | undefined> {
  return readRecordFile(fileIn(parent), {
    schema: planSchema,
    version: planVersion,
    remedy: 'Remove it: ablate run SPEC writes it again.',
  });
}

/** A plan as far as it is known by what has run. */
export interface KnownRuns {
  /** With every run that is known by now. */
  readonly plan: Plan;
  /** Of a study, by the runs' ids. */
  readonly staged: ReadonlyMap<string, StagedRun>;
  /** Ids of those that have come as far as they should for now. */
  readonly reached: ReadonlySet<string>;
  /** What an asynchronous search has decided. */
  readonly decisions?: PlanFile['decisions'];
  /** What the search chose, once it is over. */
  readonly chosen?: readonly Chosen[];
}
