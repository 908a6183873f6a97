import { readFileSync } from 'node:fs';
import { RandomStreams, tf, type Optimizer, type Parameter, type PluginManifest } from 'ablate-ml';
import { expect, test } from 'vitest';

type Tensors = Record<'kernel' | 'bias', number[] | number[][]>;

const reference = JSON.parse(
  readFileSync(new URL('../reference/optimizers/pytorch.json', import.meta.url), 'utf8'),
) as {
  start: Tensors;
  gradients: Tensors;
  rates: number[];
  cases: { optimizer: string; options: Record<string, unknown>; rateMultiple: number; expected: Tensors }[];
};

function parametersOf(rateMultiple: number): Parameter[] {
  const trained = (name: 'kernel' | 'bias', weightDecay: boolean, group?: Parameter['group']): Parameter => {
    const initial = tf.tensor(reference.start[name]);
    const variable = tf.variable(initial);
    initial.dispose();
    return { name, variable, trainable: true, weightDecay, group };
  };
  return [trained('kernel', true), trained('bias', false, { rateMultiple })];
}

function step(optimizer: Optimizer, parameters: readonly Parameter[], rate: number, count: number): void {
  tf.tidy(() => {
    const updates = parameters.map((parameter) => {
      const slope = tf.mul(tf.tensor(reference.gradients[parameter.name as 'kernel']), count + 1);
      return { parameter, gradient: tf.sub(slope, tf.div(parameter.variable, 2)) };
    });
    optimizer.apply(updates, rate, count);
  });
}

/** Declares the tests that hold an optimizer plugin against PyTorch's steps in `pytorch.json`, made by `pytorch.py`. */
export function pytorchCases(manifest: PluginManifest<'optimizer'>): void {
  const make = async (options: Record<string, unknown>): Promise<Optimizer> =>
    manifest.create(manifest.schema.parse(options), { streams: new RandomStreams(1) });
  const cases = reference.cases.filter(({ optimizer }) => optimizer === manifest.name);

  test.each(cases)(
    'takes the steps of PyTorch with $options and the bias at $rateMultiple × the rate',
    async ({ options, rateMultiple, expected }) => {
      const parameters = parametersOf(rateMultiple);
      const optimizer = await make(options);
      optimizer.prepare(parameters);
      const before = tf.memory().numTensors;
      for (const [count, rate] of reference.rates.entries()) step(optimizer, parameters, rate, count);
      expect(tf.memory().numTensors, 'tensors are flat over steps').toBe(before);
      for (const { name, variable } of parameters) {
        const [got, wanted] = [variable.dataSync(), expected[name as 'kernel'].flat()];
        wanted.forEach((value, index) => expect(got[index], `${name}[${index}]`).toBeCloseTo(value, 5));
      }
      tf.dispose([...parameters, ...optimizer.slots].map(({ variable }) => variable));
    },
  );

  test('a group decides its own weight decay', async () => {
    const optimizer = await make({ weightDecay: 0 });
    const initial = tf.tensor1d([2]);
    const parameter: Parameter = {
      name: 'centers',
      variable: tf.variable(initial),
      trainable: true,
      weightDecay: true,
      group: { weightDecay: 0.5 },
    };
    optimizer.prepare([parameter]);
    const gradient = tf.tensor1d([0]);
    optimizer.apply([{ parameter, gradient }], 0.1, 0);
    expect(parameter.variable.dataSync()[0]).toBeLessThan(1.95);
    tf.dispose([initial, gradient, parameter.variable, ...optimizer.slots.map(({ variable }) => variable)]);
  });

  test('slots restored by name give the same next step to the bit', async () => {
    const options = cases.at(-1)!.options;
    const [whole, first, second] = [await make(options), await make(options), await make(options)];
    const [a, b] = [parametersOf(1), parametersOf(1)];
    whole.prepare(a);
    first.prepare(b);
    for (let count = 0; count < 3; count++) {
      step(whole, a, 0.1, count);
      step(first, b, 0.1, count);
    }
    second.prepare(b);
    for (const { name, variable } of second.slots)
      variable.assign(first.slots.find((slot) => slot.name === name)!.variable);
    step(whole, a, 0.1, 3);
    step(second, b, 0.1, 3);
    a.forEach(({ variable }, index) => expect(b[index]!.variable.dataSync()).toEqual(variable.dataSync()));
    tf.dispose([...a, ...b, ...whole.slots, ...first.slots, ...second.slots].map(({ variable }) => variable));
  });
}
