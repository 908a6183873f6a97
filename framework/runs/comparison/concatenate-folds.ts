import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { useDevice, type DeviceName } from '../../devices/devices.ts';
import type { Role } from '../../contracts/dataset.ts';
import type { EmbeddedPairs, EmbeddedSplit, EvaluationInput } from '../../contracts/evaluator.ts';
import { evaluatorScope } from '../../training/engine/compose.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import { evaluate } from '../../training/engine/evaluate.ts';
import type { Session } from '../../training/engine/session.ts';
import { joinEmbeddings } from '../../math/metrics/join-embeddings.ts';
import { savedEvaluation } from '../../figures/saved-evaluation.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { readConcatenated, writeConcatenated, type ConcatenatedFolds } from './concatenated-file.ts';
import { withoutFold } from '../../experiment/spec/fold-path.ts';
import type { RunOutcome } from '../plan/run-outcome.ts';

/** A final run of a protocol with what came of it. */
export interface FinalRun {
  readonly run: PlannedRun;
  readonly outcome: RunOutcome;
}

/** What folds are joined with. */
export interface ConcatenationContext extends RunContext {
  /** The experiment's folder. */
  readonly parent: string;
  /** Folds of the protocol. */
  readonly folds: number;
  /** Whether other processes computed the runs. */
  readonly inWorkers: boolean;
  readonly onNote: (line: string) => void;
}

/**
 * Evaluates the fold models of each group and seed as one: their embeddings of all roles, as the runs kept them, are
 * joined and measured by the runs' own evaluators, but for those that need predicted classes, or images that each fold
 * has of its own. Writes `concatenated.json`; what is in it already is not measured again.
 *
 * @throws AblateError RUN_FOLDER, DISK_FULL; `onNote` hears of folds that cannot be joined, and of evaluators that are
 * left out
 */
export async function concatenateFolds(
  finals: readonly FinalRun[],
  { parent, folds, inWorkers, onNote, ...runContext }: ConcatenationContext,
): Promise<ConcatenatedFolds[]> {
  const known = await readConcatenated(parent);
  const found: ConcatenatedFolds[] = [];
  for (const of of groupsOf(finals)) {
    const ids = of.map(({ run }) => run.id);
    const before = known.find(({ runs }) => isDeepStrictEqual(runs, ids));
    if (before) found.push(before);
    // A seed of which a fold has failed is no ensemble like the others.
    if (before || of.length < folds) continue;
    const saved = await Promise.all(
      of.map(async ({ outcome: { dir } }) => ({ directory: dir, input: await savedEvaluation(dir, 'test') })),
    );
    const { spec, point } = of[0]!.run;
    try {
      await useDeviceFor(spec, inWorkers);
      const input = joinedInput(
        saved.map(({ directory, input: one }) => ({ directory, input: one ?? refuse('a run kept no embeddings.') })),
      );
      const { dim } =
        (await input.split('test')) ?? (await input.split('probe')) ?? refuse('there is no split named test.');
      const { metrics, intervals, leftOut } = await evaluateEach(await evaluatorsOf(of[0]!.run, runContext), input);
      for (const [name, reason] of Object.entries(leftOut))
        onNote(`The evaluator ${name} is left out of the concatenated folds of ${of[0]!.run.label}: ${reason}`);
      found.push({
        seed: spec.seed,
        point: redactSecrets(withoutFold(point)),
        runs: ids,
        dim,
        metrics,
        intervals,
        ...(Object.keys(leftOut).length > 0 && { leftOut }),
      });
    } catch (cause) {
      // All runs are done, and their comparison is not to be lost for want of this.
      onNote(`The folds of ${of[0]!.run.label} cannot be joined: ${reasonOf(cause)}`);
    }
  }
  if (found.length > 0 && !isDeepStrictEqual(found, known)) await writeConcatenated(parent, found);
  return found;
}

/**
 * A process has one device. Where workers computed the runs, this one leaves the GPUs to them, whose memory they hold.
 */
async function useDeviceFor({ device, threads }: PlannedRun['spec'], inWorkers: boolean): Promise<void> {
  const wanted = device as DeviceName | 'auto';
  if (!inWorkers || (wanted !== 'auto' && wanted !== 'tensorflow-gpu'))
    return void (await useDevice(wanted, { threads }));
  await useDevice('tensorflow', { threads }).catch(() => useDevice('auto', { threads }));
}

/**
 * Why models cannot be joined; through an evaluator that asks for what cannot be, it is still no fault of the
 * evaluator.
 */
class CannotBeJoined extends Error {}

const refuse = (why: string): never => {
  throw new CannotBeJoined(why);
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof CannotBeJoined ? error.cause.message : error.message;
};

/** Finished runs that differ in their fold alone, in its order. */
function groupsOf(finals: readonly FinalRun[]): FinalRun[][] {
  const groups = new Map<string, FinalRun[]>();
  for (const one of finals.filter(({ outcome }) => outcome.status === 'finished')) {
    const key = JSON.stringify(withoutFold(one.run.point));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

async function evaluatorsOf({ spec }: PlannedRun, { catalogue, baseDirectory }: RunContext) {
  const made = await Promise.all(
    spec.evaluate.map(async ({ plugin, options }) => {
      const entry = await catalogue.load('evaluator', plugin, baseDirectory);
      return entry.manifest.predictions
        ? []
        : [
            {
              name: plugin,
              evaluator: await makeComponent(entry, options, {
                streams: new RandomStreams(spec.seed).scoped(evaluatorScope(plugin)),
              }),
            },
          ];
    }),
  );
  return made.flat();
}

/** Measures with each evaluator by itself, so that one that cannot costs no other its result. */
async function evaluateEach(
  evaluators: Session['evaluators'],
  input: EvaluationInput,
): Promise<{
  metrics: Record<string, number>;
  intervals: Record<string, readonly [number, number]>;
  leftOut: Record<string, string>;
}> {
  const all = { metrics: {}, intervals: {}, leftOut: {} as Record<string, string> };
  for (const one of evaluators) {
    try {
      const { metrics, intervals, nothing } = await evaluate({ evaluators: [one] }, input);
      if (nothing.length > 0) all.leftOut[one.name] = 'it found nothing to measure.';
      Object.assign(all.metrics, metrics);
      Object.assign(all.intervals, intervals);
    } catch (error) {
      all.leftOut[one.name] = reasonOf(error);
    }
  }
  return all;
}

/** What a run kept of its evaluation. */
interface SavedInput {
  readonly directory: string;
  readonly input: EvaluationInput;
}

/**
 * The list of a role's images that a run kept, a name each; undefined where it has no such role, or its data set names
 * no images.
 */
async function namesOf(directory: string, role: Role): Promise<string[] | undefined> {
  const text = await readFile(join(directory, 'split', `${role}.txt`), 'utf8').catch(() => undefined);
  return text?.trimEnd().split('\n').slice(1);
}

/** What evaluators may ask of several models together. */
function joinedInput(saved: readonly SavedInput[]): EvaluationInput {
  const inputs = saved.map(({ input }) => input);
  const known = new Map<Role, Promise<EmbeddedSplit | undefined>>();
  const joined = async (role: Role): Promise<EmbeddedSplit | undefined> => {
    const splits = await Promise.all(inputs.map((input) => input.split(role)));
    const names = await Promise.all(saved.map(({ directory }) => namesOf(directory, role)));
    const all = splits.filter((split) => split !== undefined);
    if (all.length === 0)
      return names.some((list) => list) ? refuse(`the runs have not kept their embeddings of ${role}.`) : undefined;
    const [{ labels, classNames }] = all as [EmbeddedSplit];
    // A fold numbers the classes by its own order.
    const classesOf = (of: EmbeddedSplit): string[] => Array.from(of.labels, (label) => of.classNames[label] ?? '');
    if (
      all.length < splits.length ||
      all.some((other) => !isDeepStrictEqual(classesOf(other), classesOf(all[0]!))) ||
      names.some((list) => !isDeepStrictEqual(list, names[0]))
    )
      refuse(`their ${role} images are not the same.`);
    const [list] = names;
    return {
      role,
      labels,
      classNames,
      ...(list && { source: (index: number) => list[index]! }),
      ...joinEmbeddings(all),
    };
  };
  const split = async (role: Role, mirrored = false): Promise<EmbeddedSplit | undefined> => {
    if (mirrored) return undefined;
    if (!known.has(role)) known.set(role, joined(role));
    return known.get(role);
  };
  return {
    role: 'test',
    split,
    pairs: async (mirrored = false): Promise<EmbeddedPairs | undefined> => {
      const [pairs] = await Promise.all(inputs.map((input) => input.pairs(mirrored)));
      const images = pairs && (await split('pairs'));
      return images && { ...pairs, images };
    },
    centers: new Map(),
    trainingImages: Math.max(...inputs.map(({ trainingImages }) => trainingImages)),
    seed: inputs[0]!.seed,
  };
}
