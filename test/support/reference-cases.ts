import { readFileSync } from 'node:fs';
import { RandomStreams, tf, type InnerUse, type Optimizer, type Parameter, type PluginManifest } from 'ablate-ml';
import { expect, test } from 'vitest';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { makeComponent } from '../../framework/plugins/make-component.ts';
import { resolveInnerUse } from '../../framework/plugins/resolve-inner-use.ts';

type Tensors = Readonly<Record<'kernel' | 'bias', number[] | number[][]>>;
type Kept = Readonly<Record<string, Tensors>>;
type Options = Readonly<Record<string, unknown>>;

/** What `reference.py` found. */
export const reference = JSON.parse(
  readFileSync(new URL('../reference/optimizers/reference.json', import.meta.url), 'utf8'),
) as {
  readonly start: Tensors;
  readonly target: Tensors;
  readonly curvature: Tensors;
  readonly noise: Readonly<Record<'kernel' | 'bias', (number[] | number[][])[]>>;
  readonly rates: readonly number[];
  readonly cases: readonly { readonly optimizer: string; readonly options: Options; readonly kept: Kept }[];
  readonly agc: readonly { readonly factor: number; readonly epsilon: number; readonly kept: Kept }[];
  readonly schedules: readonly { readonly schedule: string; readonly options: Options; readonly rates: number[] }[];
  readonly perEpoch: number;
  readonly validation: readonly number[];
};

/** The two parameters of the cases at their start; `bias` does not decay. */
export function referenceParameters(): Parameter[] {
  return (['kernel', 'bias'] as const).map((name) => {
    const initial = tf.tensor(reference.start[name]);
    const variable = tf.variable(initial);
    initial.dispose();
    return { name, variable, trainable: true, weightDecay: name === 'kernel' };
  });
}

/** The gradient of a parameter where it stands, at a step. */
export function referenceGradient({ name, variable }: Parameter, step: number): tf.Tensor {
  const of = (values: Tensors): tf.Tensor => tf.tensor(values[name as 'kernel']);
  const slope = tf.mul(of(reference.curvature), tf.sub(variable, of(reference.target)));
  return tf.add(slope, tf.tensor(reference.noise[name as 'kernel'][step]!));
}

/** Expects what the reference kept after so many steps, if it did. */
export function expectKept(kept: Kept, steps: number, parameters: readonly Parameter[]): void {
  for (const { name, variable } of parameters) {
    const wanted = kept[steps]?.[name as 'kernel'].flat() ?? [];
    const got = variable.dataSync();
    wanted.forEach((value, index) =>
      expect(got[index], `${name}[${index}] after ${steps} steps`).toBeCloseTo(value, 5),
    );
  }
}

/** Takes a step as the engine does. */
function take(optimizer: Optimizer, parameters: readonly Parameter[], step: number): void {
  tf.tidy(() => {
    const updates = () => parameters.map((parameter) => ({ parameter, gradient: referenceGradient(parameter, step) }));
    optimizer.perturb?.(updates());
    optimizer.apply(updates(), reference.rates[step]!, step);
  });
}

/** Declares the tests that hold an optimizer plugin against fifty steps of PyTorch or timm in `reference.json`. */
export function referenceCases(manifest: PluginManifest<'optimizer'>): void {
  const component = async (kind: 'optimizer', use: InnerUse): Promise<Optimizer> => {
    const inner = await resolveInnerUse(kind, use, {
      catalogue: await createCatalogue(),
      baseDirectory: '../reference/optimizers',
    });
    return makeComponent(inner.entry, inner.options, { streams: new RandomStreams(1) });
  };
  const make = async (options: Options): Promise<Optimizer> =>
    manifest.create(manifest.schema.parse(options), { streams: new RandomStreams(1), component });
  const cases = reference.cases.filter(({ optimizer }) => optimizer === manifest.name);

  test('has reference cases', () => expect(cases.length).toBeGreaterThan(1));

  test.each(cases)('takes the fifty steps of the reference with $options', async ({ options, kept }) => {
    const parameters = referenceParameters();
    const optimizer = await make(options);
    optimizer.prepare(parameters);
    const before = tf.memory().numTensors;
    for (const step of reference.rates.keys()) {
      take(optimizer, parameters, step);
      expectKept(kept, step + 1, parameters);
    }
    expect(tf.memory().numTensors, 'tensors are flat over steps').toBe(before);
    tf.dispose([...parameters, ...optimizer.slots].map(({ variable }) => variable));
  });

  test('slots restored by name give the same next steps to the bit', async () => {
    const { options } = cases.at(-1)!;
    const [whole, first, second] = [await make(options), await make(options), await make(options)];
    const [a, b] = [referenceParameters(), referenceParameters()];
    whole.prepare(a);
    first.prepare(b);
    second.prepare(b);
    for (let step = 0; step < 7; step++) take(whole, a, step);
    for (let step = 0; step < 3; step++) take(first, b, step);
    for (const { name, variable } of second.slots)
      variable.assign(first.slots.find((slot) => slot.name === name)!.variable);
    for (let step = 3; step < 7; step++) take(second, b, step);
    a.forEach(({ variable }, index) => expect(b[index]!.variable.dataSync()).toEqual(variable.dataSync()));
    tf.dispose([...a, ...b, ...whole.slots, ...first.slots, ...second.slots].map(({ variable }) => variable));
  });
}
