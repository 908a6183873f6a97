import * as tf from '@tensorflow/tfjs';
import type { GradientUpdate, Optimizer } from '../../../contracts/optimizer.ts';
import type { Parameter } from '../../../contracts/parameter.ts';
import { parameterOf } from '../../../math/layers/parameter-of.ts';
import { captureRule, ROUNDS } from '../rules/capture-rule.ts';
import { changedParameters, readParameters, writeParameters, type ParameterValues } from '../rules/parameter-values.ts';
import { broken, holds, notApplicable, type Rule } from '../rules/rule.ts';
import { tensorsLeftBy, withComponent } from './made-parameters.ts';
import { subjectOf, type Subject } from './subject.ts';

const RATE = 0.05;
/** Enough for a rectified rate to rise; the distance left is what 0.2 after 200 steps would have become. */
const STEPS = 300;
const TARGET = [3, -2, 0.5];

interface Trained {
  readonly parameters: readonly Parameter[];
  readonly optimizer: Optimizer;
}

/** Two parameters at 1, a kernel and a bias, with an optimizer prepared for them. */
async function trained(subject: Subject<'optimizer'>, group?: Parameter['group']): Promise<Trained> {
  const parameters = [
    parameterOf('kernel', tf.ones([3]), 'kernel', group),
    parameterOf('bias', tf.ones([3]), 'offset', group),
  ];
  const optimizer = await subject.make({});
  optimizer.prepare(parameters);
  return {
    optimizer,
    get parameters() {
      return [...parameters, ...optimizer.slots];
    },
  };
}

const weightsOf = ({ parameters }: Trained): Parameter[] =>
  parameters.filter(({ name }) => name === 'kernel' || name === 'bias');

/** One step towards `target` on ½‖x − target‖², or with a gradient of zeros. */
function step(made: Trained, index: number, target: readonly number[] | undefined): void {
  tf.tidy(() => {
    const updates = (): GradientUpdate[] =>
      weightsOf(made).map((parameter) => ({
        parameter,
        gradient: target ? tf.sub(parameter.variable, tf.tensor1d([...target])) : tf.zerosLike(parameter.variable),
      }));
    made.optimizer.perturb?.(updates());
    made.optimizer.apply(updates(), RATE, index);
  });
}

const distance = (values: ParameterValues, name: string): number =>
  Math.hypot(...TARGET.map((target, index) => values.get(name)![index]! - target));

/** What every optimizer must satisfy. */
export const optimizerRules: readonly Rule<Subject<'optimizer'>>[] = [
  {
    name: 'it descends',
    why: 'Nothing is learned by an optimizer that does not come nearer to the minimum of a quadratic.',
    find: (subject) =>
      withComponent(trained(subject), async (made) => {
        const before = distance(await readParameters(made.parameters), 'bias');
        for (let index = 0; index < STEPS; index++) step(made, index, TARGET);
        const after = distance(await readParameters(made.parameters), 'bias');
        const where = `½‖x − target‖², ${STEPS} steps at rate ${RATE}`;
        return [
          after < 0.09 * before
            ? holds(where, `the distance fell from ${before.toPrecision(3)} to ${after.toPrecision(3)}`)
            : broken(where, `The distance went from ${before.toPrecision(3)} to ${after.toPrecision(3)}.`),
        ];
      }),
  },
  {
    name: 'its slots are all of its state',
    why: 'A checkpoint holds weights and slots and nothing else, so a resumed run would not be the run that was stopped.',
    find: (subject) =>
      withComponent(trained(subject), async (made) => {
        for (let index = 0; index < 5; index++) step(made, index, TARGET);
        const saved = await readParameters(made.parameters);
        step(made, 5, TARGET);
        const expected = await readParameters(made.parameters);
        return withComponent(trained(subject), async (restored) => {
          writeParameters(restored.parameters, saved);
          step(restored, 5, TARGET);
          const [changed] = changedParameters(expected, await readParameters(restored.parameters));
          if (changed)
            return [
              broken(
                'the sixth step, after a restore',
                `With weights and slots of five steps written back, ${changed} differs after the next step.`,
              ),
            ];
          return [holds('the sixth step, after a restore', 'the same to the bit')];
        });
      }),
  },
  {
    name: 'weight decay leaves alone what declares none',
    why: 'Decayed biases and normalization gains change every published result that names a weight decay.',
    async find(subject) {
      const parsed = subject.manifest.schema.safeParse({ ...subject.options, weightDecay: 0.1 });
      if (!parsed.success) return [notApplicable('a gradient of zeros', 'it has no option weightDecay')];
      const decaying = subjectOf(subject.manifest, parsed.data as Subject<'optimizer'>['options'], subject.location);
      return withComponent(trained(decaying), async (made) => {
        for (let index = 0; index < 3; index++) step(made, index, undefined);
        const [kernel, bias] = (await Promise.all(weightsOf(made).map(({ variable }) => variable.data()))) as [
          Float32Array,
          Float32Array,
        ];
        const where = 'a gradient of zeros, weightDecay: 0.1';
        if (bias[0] !== 1) return [broken(where, `A parameter with weightDecay: false went from 1 to ${bias[0]}.`)];
        if (!(kernel[0]! < 1)) return [broken(where, `A parameter with weightDecay: true stays at ${kernel[0]}.`)];
        return [holds(where)];
      });
    },
  },
  {
    name: "a group's rate multiple counts",
    why: 'A loss whose own parameters learn at another rate than the rest would train at the wrong one.',
    find: (subject) =>
      withComponent(trained(subject, { rateMultiple: 0 }), async (made) => {
        for (let index = 0; index < 3; index++) step(made, index, TARGET);
        const moved = (await weightsOf(made)[1]!.variable.data())[0];
        if (moved !== 1) return [broken('a group of rateMultiple 0', `The parameter went from 1 to ${moved}.`)];
        return [holds('a group of rateMultiple 0')];
      }),
  },
  captureRule((subject, capture) =>
    withComponent(trained(subject), async (made) => {
      for (let index = 0; index < ROUNDS; index++) capture.run(() => step(made, index, TARGET));
      return readParameters(made.parameters);
    }),
  ),
  {
    name: 'no tensor is left behind',
    why: 'Memory that grows with every step ends a long run.',
    find: (subject) =>
      withComponent(trained(subject), async (made) => {
        let index = 0;
        const left = await tensorsLeftBy(() => step(made, index++, TARGET), 20);
        return [left === 0 ? holds('20 steps', 'flat') : broken('20 steps', `Each step leaves ${left} tensors.`)];
      }),
  },
];
