import type { Invariance, InnerUse } from '../../../contracts/plugin.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';
import { createCatalogue } from '../../../plugins/load-catalogue.ts';
import { resolveInnerUse } from '../../../plugins/resolve-inner-use.ts';
import { columnsAt } from '../../../data/splits/columns.ts';
import { float32Tolerance, largestDifference } from '../rules/largest-difference.ts';
import { readParameters, type ParameterValues } from '../rules/parameter-values.ts';
import { broken, holds, notApplicable, type Finding, type Rule } from '../rules/rule.ts';
import { evaluateLoss } from './evaluate-loss.ts';
import { usualCase } from './generated-cases.ts';
import type { LossCase, Matrix } from './loss-case.ts';
import { disposeLoss, makeLoss, type LossSubject } from './loss-subject.ts';

function permutation(length: number): number[] {
  return new RandomStreams(5).stream('check/permutation').shuffle(Array.from({ length }, (_, index) => index));
}

/** Rows in another order; `order[i]` is the old row that comes i-th. Each old row is a group of `size` rows. */
function reordered<T extends Float32Array | Int32Array>(values: T, order: readonly number[], width: number): T {
  const next = values.slice() as T;
  order.forEach((from, to) => next.set(values.subarray(from * width, (from + 1) * width), to * width));
  return next;
}

const rowsReordered = (matrix: Matrix, order: readonly number[], group = 1): Matrix => ({
  ...matrix,
  values: reordered(matrix.values, order, matrix.columns * group),
});

const scaled = (matrix: Matrix): Matrix => ({ ...matrix, values: matrix.values.map((value) => 3 * value) });

const transformations: Readonly<Record<Invariance, (input: LossCase) => LossCase>> = {
  'embedding-scale': (input) => ({
    ...input,
    embedding: scaled(input.embedding),
    views: input.views?.map(scaled),
    averaged: input.averaged?.map(scaled),
  }),
  'batch-permutation': (input) => {
    const order = permutation(input.embedding.rows);
    return {
      ...input,
      embedding: rowsReordered(input.embedding, order),
      labels: reordered(input.labels, order, 1),
      teacher: input.teacher && rowsReordered(input.teacher, order),
      views: input.views?.map((view) => rowsReordered(view, order)),
      averaged: input.averaged?.map((view) => rowsReordered(view, order)),
      columns: input.columns && columnsAt(input.columns, Int32Array.from(order)),
    };
  },
  'class-permutation': (input) => {
    const order = permutation(input.classes);
    const byClass = (values: ArrayLike<number>): ArrayLike<number> =>
      values.length % input.classes === 0
        ? reordered(Float32Array.from(values), order, values.length / input.classes)
        : values;
    return {
      ...input,
      labels: input.labels.map((label) => order.indexOf(label)),
      classCounts: input.classCounts && reordered(input.classCounts, order, 1),
      classWeights: rowsReordered(input.classWeights!, order, input.subCenters),
      bias: reordered(input.bias!, order, 1),
      parameters: Object.fromEntries(Object.entries(input.parameters).map(([name, values]) => [name, byClass(values)])),
    };
  },
};

const words: Readonly<Record<Invariance, string>> = {
  'embedding-scale': 'the embedding times 3',
  'batch-permutation': 'the rows of the batch in another order',
  'class-permutation': 'the classes in another order',
};

/** The value stays where the manifest says that it does. */
export const invarianceRule: Rule<LossSubject> = {
  name: 'the declared invariances hold',
  why: 'A loss that depends on an order or a scale by accident trains differently after a reshuffle or a resume.',
  async find(subject) {
    const declared = await declaredInvariances(subject);
    if (declared.length === 0) return [notApplicable('all inputs', 'the manifest declares none')];
    const plain = usualCase(subject);
    const loss = await makeLoss(subject, plain);
    const started = await readParameters(loss.parameters);
    disposeLoss(loss);
    const usual = { ...plain, parameters: perClassOnly(plain, started) };
    const findings: Finding[] = [];
    for (const invariance of declared) findings.push(await compared(subject, usual, invariance));
    return findings;
  },
};

/** Those of the loss that its miner has too. */
async function declaredInvariances({ manifest, options }: LossSubject): Promise<readonly Invariance[]> {
  const declared = manifest.invariances?.(options as never) ?? [];
  const miners = (manifest.parts?.(options as never) ?? []).filter(({ kind }) => kind === 'miner');
  const ofMiners = await Promise.all(miners.map(({ use }) => invariancesOfMiner(use)));
  return declared.filter((invariance) => ofMiners.every((those) => those.includes(invariance)));
}

async function invariancesOfMiner(use: InnerUse): Promise<readonly Invariance[]> {
  const where = { catalogue: await createCatalogue(), baseDirectory: process.cwd() };
  const { entry, options } = await resolveInnerUse('miner', use, where);
  return entry.manifest.invariances?.(options as never) ?? [];
}

/** The parameters with a row a class, which a permutation of the classes moves too. */
function perClassOnly(input: LossCase, values: ParameterValues): LossCase['parameters'] {
  return Object.fromEntries([...values].filter(([, { length }]) => length === input.classes * input.embedding.columns));
}

async function compared(subject: LossSubject, input: LossCase, invariance: Invariance): Promise<Finding> {
  const valueAt = async (at: LossCase): Promise<number> => {
    const loss = await makeLoss(subject, at);
    try {
      return (await evaluateLoss(loss, at, subject.needs)).value;
    } finally {
      disposeLoss(loss);
    }
  };
  const [before, after] = [await valueAt(input), await valueAt(transformations[invariance](input))];
  const { largest, within } = largestDifference([after], [before], float32Tolerance);
  const where = words[invariance];
  if (within) return holds(where, `the value stays, to ${largest.toExponential(1)}`, { largestError: largest });
  return broken(
    where,
    `The manifest declares "${invariance}", yet with ${where} the value goes from ${before} to ${after}.`,
    { largestError: largest },
  );
}
