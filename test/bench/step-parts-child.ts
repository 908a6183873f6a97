// Prints what one training step of Ablate multiplies, and where its time goes when every operation is awaited alone.
import { nativeBackend, type OperationAttribute } from '../../framework/devices/native/native-backend.ts';
import { trainingStep } from '../../framework/training/engine/training-step.ts';
import { workOf, type Work } from './arithmetic.ts';
import { composeSpec } from './compose-spec.ts';
import { median } from './paired.ts';
import type { StepParts } from './step-parts.ts';

// Steps that are remembered as one call would leave no operation to time.
process.env.ABLATE_CAPTURE = '0';
const [specFile, settings] = process.argv.slice(2) as [string, string];
const { session, spec } = await composeSpec(specFile, JSON.parse(settings) as string[]);
const indices = session.sampler.batch(0, 0);
const batch = {
  pixels: await session.train.images(indices),
  labels: Int32Array.from(indices, (index) => session.train.labels[index]!),
  rows: indices,
};
const step = (): Promise<unknown> => trainingStep(session, batch, spec.train);
for (let warmup = 0; warmup < 3; warmup++) await step();

type Execute = (
  name: string,
  attributes: OperationAttribute[],
  ids: number[],
  outputs: number,
) => { id: number; shape: number[] }[];
const backend = nativeBackend();
const { binding } = backend;
const execute = binding.executeOp as unknown as Execute;
const shapes = new Map<number, number[]>();
const work: Work[] = [];
let [products, others] = [0, 0];
const idsOf = backend.getInputTensorIds.bind(backend);
backend.getInputTensorIds = (tensors) => {
  const ids = idsOf(tensors);
  tensors.forEach((tensor, index) => shapes.set(ids[index]!, tensor.shape));
  return ids;
};
const members = Object.getOwnPropertyNames(binding).map((name) => [name, binding[name as keyof typeof binding]]);
(backend as { binding: unknown }).binding = {
  ...Object.fromEntries(members),
  executeOp: ((name, attributes, ids, outputs) => {
    const began = performance.now();
    const results = execute.call(binding, name, attributes, ids, outputs);
    const took = performance.now() - began;
    const found = workOf({
      name,
      attributes: Object.fromEntries(attributes.map((each) => [each.name, each.value])),
      inputs: ids.map((id) => shapes.get(id) ?? []),
      outputs: results.map(({ shape }) => shape),
    });
    if (found) {
      work.push(found);
      products += took;
    } else others += took;
    return results;
  }) satisfies Execute,
};

const samples: { products: number; others: number; outside: number }[] = [];
for (let count = Number(process.argv[4]); count > 0; count--) {
  work.length = products = others = 0;
  const began = performance.now();
  await step();
  samples.push({ products, others, outside: performance.now() - began - products - others });
}
const middle = (part: 'products' | 'others' | 'outside'): number => median(samples.map((sample) => sample[part]));
const answer: StepParts = {
  work,
  milliseconds: { products: middle('products'), others: middle('others'), outside: middle('outside') },
};
process.stdout.write(`${JSON.stringify(answer)}\n`);
await session.close();
