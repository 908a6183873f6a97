import type { Mutation } from './mutant.ts';
import { pairMutations } from './pair-mutations.ts';

const shared = {
  classification: 'framework/math/logits/classification-loss.ts',
  margin: 'framework/math/logits/angular-margin.ts',
  angle: 'framework/math/logits/multiplied-angle.ts',
} as const;

const meanAsSum: Mutation = {
  fault: 'the mean as a sum',
  file: shared.classification,
  from: 'batchMean(rowLosses(logitsOf(scores, input), scores.target, options), input)',
  to: 'rowLosses(logitsOf(scores, input), scores.target, options).sum()',
};
const guardDropped: Mutation = {
  fault: 'the guard dropped',
  file: shared.margin,
  from: 'shifted, tf.sub(cosine, penalty)',
  to: 'shifted, shifted',
};

const psiFaults: readonly Mutation[] = [
  { fault: 'a sign', file: shared.angle, from: 'tf.sub(1, tf.mul(2, tf.mod', to: 'tf.add(1, tf.mul(2, tf.mod' },
  { fault: 'a margin left out', file: shared.angle, from: 'Math.round(m)', to: '1' },
  { fault: 'the steps of ψ dropped', file: shared.angle, from: 'tf.mul(2, k)', to: 'tf.mul(0, k)' },
];

const faultsOf = (loss: string, faults: readonly (readonly [fault: string, from: string, to: string])[]): Mutation[] =>
  faults.map(([fault, from, to]) => ({ fault, from, to, file: `plugins/losses/${loss}/${loss}.ts` }));

/** For each margin loss, and each that came after the first 23, five faults of about a character, as a slip of the pen makes them. */
export const mutations: Readonly<Record<string, readonly Mutation[]>> = {
  cosface: [
    ...faultsOf('cosface', [
      ['a sign', 'tf.sub(targetCosine', 'tf.add(targetCosine'],
      ['a margin left out', 'targetCosine(scores), m)', 'targetCosine(scores), 0)'],
      ['a scale twice', 'tf.mul(options.s,', 'tf.mul(options.s ** 2,'],
      ['a sign of the other classes', 'replaceTarget(scores.values,', 'replaceTarget(tf.neg(scores.values),'],
    ]),
    meanAsSum,
  ],
  arcface: [
    ...faultsOf('arcface', [
      ['a sign', 'cosine, m, options', 'cosine, tf.neg(m), options'],
      ['a margin left out', 'cosine, m, options', 'cosine, 0, options'],
      ['a scale twice', 'tf.mul(options.s,', 'tf.mul(options.s ** 2,'],
    ]),
    guardDropped,
    meanAsSum,
  ],
  'subcenter-arcface': [
    ...faultsOf('subcenter-arcface', [
      ['a sign', ', options.m,', ', -options.m,'],
      ['a margin left out', ', options.m,', ', 0,'],
      ['a scale twice', 'tf.mul(options.s,', 'tf.mul(options.s ** 2,'],
    ]),
    guardDropped,
    meanAsSum,
  ],
  'combined-margin': [
    ...faultsOf('combined-margin', [
      ['a sign', 'tf.sub(shifted, m3)', 'tf.add(shifted, m3)'],
      ['a margin left out', 'cosOfAnglePlus(cosine, m2)', 'cosOfAnglePlus(cosine, 0)'],
      ['another margin left out', 'tf.mul(m1, angleOf', 'tf.mul(1, angleOf'],
      ['a scale twice', 'tf.mul(s,', 'tf.mul(s * s,'],
    ]),
    meanAsSum,
  ],
  'a-softmax': [
    ...faultsOf('a-softmax', [
      [
        'a scale twice',
        '? tf.expandDims(rowNorms(embedding), 1)',
        '? tf.square(tf.expandDims(rowNorms(embedding), 1))',
      ],
    ]),
    ...psiFaults,
    meanAsSum,
  ],
  adaface: [
    ...faultsOf('adaface', [
      ['a sign', 'tf.mul(-m, quality)', 'tf.mul(m, quality)'],
      ['a margin left out', 'tf.add(m, tf.mul(m, quality))', 'tf.mul(m, quality)'],
      ['a scale twice', 'tf.mul(s,', 'tf.mul(s * s,'],
      ['the guard dropped', 'tf.clipByValue(scores.values, -1 + eps, 1 - eps)', 'scores.values'],
    ]),
    meanAsSum,
  ],
  magface: [
    ...faultsOf('magface', [
      ['a sign', 'tf.mul(slope,', 'tf.mul(-slope,'],
      ['a margin left out', 'targetCosine(scores), m,', 'targetCosine(scores), 0,'],
      ['a scale twice', 'tf.mul(s,', 'tf.mul(s * s,'],
    ]),
    guardDropped,
    meanAsSum,
  ],
  curricularface: [
    ...faultsOf('curricularface', [
      ['a sign', 'angularMargin(cosine, m,', 'angularMargin(cosine, -m,'],
      ['a margin left out', 'angularMargin(cosine, m,', 'angularMargin(cosine, 0,'],
      ['a scale twice', 'tf.mul(s,', 'tf.mul(s * s,'],
    ]),
    guardDropped,
    meanAsSum,
  ],
  'soft-triple': faultsOf('soft-triple', [
    ['a temperature upside down', 'tf.div(byClass, options.gamma)', 'tf.mul(byClass, options.gamma)'],
    ['a sign', 'tf.sub(own, options.margin)', 'tf.add(own, options.margin)'],
    ['a scale twice', 'tf.mul(options.lambda,', 'tf.mul(options.lambda ** 2,'],
    ['τ left out', 'tf.mul(options.tau,', 'tf.mul(0,'],
    ['a factor', 'tf.sub(2 + 1e-5, tf.mul(2,', 'tf.sub(2 + 1e-5, tf.mul(1,'],
  ]),
  'large-margin-softmax': [
    ...faultsOf('large-margin-softmax', [
      ['a norm left out', 'tf.mul(norms, rowNorms(embedding))', 'tf.mul(1, rowNorms(embedding))'],
      ['a length twice', 'tf.mul(length, multipliedAngle', 'tf.mul(tf.square(length), multipliedAngle'],
    ]),
    ...psiFaults,
  ],
  'ada-cos': faultsOf('ada-cos', [
    ['a root', 'Math.SQRT2', '2'],
    ['a class', 'classes - 1', 'classes'],
    ['the own class too', 'tf.sub(tf.sum(tf.exp', 'tf.add(tf.sum(tf.exp'],
    ['another median', '(own.size - 1) / 2', '(own.size + 1) / 2'],
    ['no bound', 'tf.maximum(tf.squeeze(median), Math.cos(Math.PI / 4))', 'tf.squeeze(median)'],
  ]),
  p2sgrad: faultsOf('p2sgrad', [
    ['a half left out', 'tf.mul(0.5,', 'tf.mul(1,'],
    ['a target', '1, 0, ', '2, 0, '],
    ['another target', '1, 0, ', '1, 1, '],
    ['a square left out', 'tf.square(tf.sub(values', 'tf.abs(tf.sub(values'],
    ['a sign', 'tf.sub(values, wanted)', 'tf.add(values, wanted)'],
  ]),
  sphereface2: faultsOf('sphereface2', [
    ['a sign', 'tf.sub(m, tf.mul(2 * m', 'tf.add(m, tf.mul(2 * m'],
    ['a margin left out', 'tf.sub(m, tf.mul(2 * m,', 'tf.sub(0, tf.mul(0 * m,'],
    ['a power left out', '2)), t)', '2)), 1)'],
    ['a scale left out', 'tf.mul(s, similarity)', 'tf.mul(1, similarity)'],
    ['a balance turned', 'tf.add(1 - lambda,', 'tf.add(lambda,'],
  ]),
  'elastic-face': faultsOf('elastic-face', [
    ['a scale twice', 'tf.mul(options.s,', 'tf.mul(options.s ** 2,'],
    ['a sign', 'tf.sub(cosine, margins)', 'tf.add(cosine, margins)'],
    ['a margin left out', 'angularMargin(cosine, margins,', 'angularMargin(cosine, tf.mul(0, margins),'],
    ['an order turned', 'tf.reverse(tf.topk(margins', '(tf.topk(margins'],
    ['unsorted', "=== 'sorted'", "!== 'sorted'"],
  ]),
  uniface: faultsOf('uniface', [
    ['a sign', 'tf.sub(targetCosine(scores!), options.m)', 'tf.add(targetCosine(scores!), options.m)'],
    ['a margin left out', 'targetCosine(scores!), options.m', 'targetCosine(scores!), 0'],
    ['a scale twice', 'tf.mul(options.s,', 'tf.mul(options.s ** 2,'],
    ['a sign of the bias', 'target)), bias.variable)', 'target)), tf.neg(bias.variable))'],
    ['a weight', 'tf.add(options.negativeWeight,', 'tf.add(1,'],
  ]),
  ...pairMutations,
};
