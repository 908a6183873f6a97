import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { useDevice, type DeviceName } from '../backends/devices.ts';
import type { Role } from '../contracts/dataset.ts';
import type { EmbeddedPairs, EmbeddedSplit, EvaluationInput } from '../contracts/evaluator.ts';
import { evaluatorScope, type Surroundings } from '../engine/compose.ts';
import { evaluate } from '../engine/evaluate.ts';
import { joinEmbeddings } from '../evaluation/join-embeddings.ts';
import { savedEvaluation } from '../figures/saved-evaluation.ts';
import { RandomStreams } from '../random/random-streams.ts';
import type { PlannedRun } from '../spec/plan.ts';
import { redactSecrets } from '../tracking/redact-secrets.ts';
import { readConcatenated, writeConcatenated, type ConcatenatedFolds } from './concatenated-file.ts';
import { withoutFold } from './fold-path.ts';
import type { RunOutcome } from './run-outcome.ts';

/** A final run of a protocol with what came of it. */
export interface FinalRun {
  readonly run: PlannedRun;
  readonly outcome: RunOutcome;
}

/** What folds are joined with. */
export interface ConcatenationSurroundings extends Surroundings {
  /** The experiment's folder. */
  readonly parent: string;
  /** Folds of the protocol. */
  readonly folds: number;
  /** Whether other processes computed the runs. */
  readonly inWorkers: boolean;
  readonly onNote: (line: string) => void;
}

/**
 * Evaluates the fold models of each group and seed as one: their embeddings of the test set, as the runs kept them, are joined and measured by the runs' own
 * evaluators, but for those that need predicted classes. Writes `concatenated.json`; what is in it already is not measured again.
 *
 * @throws AblateError RUN_FOLDER, DISK_FULL; `onNote` hears of folds that cannot be joined
 */
export async function concatenateFolds(finals: readonly FinalRun[], { parent, folds, inWorkers, onNote, ...surroundings }: ConcatenationSurroundings): Promise<ConcatenatedFolds[]> {
  const known = await readConcatenated(parent);
  const found: ConcatenatedFolds[] = [];
  for (const of of groupsOf(finals)) {
    const ids = of.map(({ run }) => run.id);
    const before = known.find(({ runs }) => isDeepStrictEqual(runs, ids));
    if (before) found.push(before);
    // A seed of which a fold has failed is no ensemble like the others.
    if (before || of.length < folds) continue;
    const inputs = await Promise.all(of.map(({ outcome }) => savedEvaluation(outcome.dir, 'test')));
    const lists = await Promise.all(of.map(({ outcome }) => readFile(join(outcome.dir, 'split', 'test.txt'), 'utf8').catch(() => '')));
    const { spec, point } = of[0]!.run;
    try {
      await useDeviceFor(spec, inWorkers);
      if (new Set(lists).size > 1) refuse('their test images are not the same.');
      const input = joinedInput(inputs.map((one) => one ?? refuse('a run kept no embeddings.')));
      const { dim } = (await input.split('test')) ?? refuse('there is no split named test.');
      const { metrics, intervals } = await evaluate({ evaluators: await evaluatorsOf(of[0]!.run, surroundings) }, input);
      found.push({ seed: spec.seed, point: redactSecrets(withoutFold(point)), runs: ids, dim, metrics, intervals });
    } catch (cause) {
      // All runs are done, and their comparison is not to be lost for want of this.
      onNote(`The folds of ${of[0]!.run.label} cannot be joined: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
  if (found.length > 0 && !isDeepStrictEqual(found, known)) await writeConcatenated(parent, found);
  return found;
}

/** A process has one device. Where workers computed the runs, this one leaves the GPUs to them, whose memory they hold. */
async function useDeviceFor({ device, threads }: PlannedRun['spec'], inWorkers: boolean): Promise<void> {
  const wanted = device as DeviceName | 'auto';
  if (!inWorkers || (wanted !== 'auto' && wanted !== 'tensorflow-gpu')) return void (await useDevice(wanted, { threads }));
  await useDevice('tensorflow', { threads }).catch(() => useDevice('auto', { threads }));
}

const refuse = (why: string): never => {
  throw new Error(why);
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

async function evaluatorsOf({ spec }: PlannedRun, { catalogue, baseDirectory }: Surroundings) {
  const made = await Promise.all(spec.evaluate.map(async ({ plugin, options }) => {
    const { manifest } = await catalogue.load('evaluator', plugin, baseDirectory);
    return manifest.predictions ? [] : [{ name: plugin, evaluator: await manifest.create(options, { streams: new RandomStreams(spec.seed).scoped(evaluatorScope(plugin)) }) }];
  }));
  return made.flat();
}

/** What evaluators may ask of several models together. */
function joinedInput(inputs: readonly EvaluationInput[]): EvaluationInput {
  const joined = (splits: readonly (EmbeddedSplit | undefined)[]): EmbeddedSplit | undefined => {
    const all = splits.filter((split) => split !== undefined);
    if (all.length === 0) return undefined;
    const [{ role, labels, classNames }] = all as [EmbeddedSplit];
    // A fold numbers the classes by its own order.
    const classesOf = (of: EmbeddedSplit): string[] => Array.from(of.labels, (label) => of.classNames[label] ?? '');
    if (all.length < splits.length || all.some((other) => !isDeepStrictEqual(classesOf(other), classesOf(all[0]!)))) refuse(`their ${role} images are not the same.`);
    return { role, labels, classNames, ...joinEmbeddings(all) };
  };
  const split = async (role: Role, mirrored = false): Promise<EmbeddedSplit | undefined> => (mirrored ? undefined : joined(await Promise.all(inputs.map((input) => input.split(role)))));
  return {
    role: 'test',
    split,
    pairs: async (mirrored = false): Promise<EmbeddedPairs | undefined> => {
      const [pairs] = await Promise.all(inputs.map((input) => input.pairs(mirrored)));
      const images = pairs && (await split('pairs'));
      return images && { ...pairs, images };
    },
    centers: new Map(),
    trainingImages: inputs[0]!.trainingImages,
    seed: inputs[0]!.seed,
  };
}
