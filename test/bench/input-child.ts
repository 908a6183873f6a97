// Batches of live input in Ablate, for the bench; a "step" is BATCHES of them from an empty pipeline. `input`: loaded
// alone, one ahead as the engine has it; `live`: the engine's own loop of training on them; `resident`: the same loop
// on one batch that is in memory.
import type { Split } from '../../framework/contracts/dataset.ts';
import { train } from '../../framework/training/engine/train.ts';
import { answerLines } from './answer-lines.ts';
import { composeSpec } from './compose-spec.ts';

const [kind, batches, specFile, settings] = process.argv.slice(2) as [
  'input' | 'live' | 'resident',
  string,
  string,
  string,
];
const { session, spec, device } = await composeSpec(specFile, [
  ...(JSON.parse(settings) as string[]),
  `train.steps=${batches}`,
]);
const { sampler, clock } = session;
let pass = 0;

async function load(): Promise<void> {
  pass++;
  const begin = (step: number): Promise<Float32Array> =>
    Promise.resolve(session.train.images(sampler.batch(pass, step), pass));
  let next = begin(0);
  for (let step = 1; step <= clock.steps; step++) {
    await next;
    if (step < clock.steps) next = begin(step);
  }
}

/** The split with one batch's pixels for any. */
async function resident(split: Split): Promise<Split> {
  const pixels = await split.images(sampler.batch(0, 0));
  return {
    role: split.role,
    length: split.length,
    labels: split.labels,
    classNames: split.classNames,
    images: () => pixels,
  };
}

const trained = kind === 'resident' ? { ...session, train: await resident(session.train) } : session;
async function steps(): Promise<void> {
  clock.step = 0;
  await train(trained, {
    train: spec.train,
    checkpoints: { write: async () => ({ file: '', bytes: 0, sha256: '' }) },
    emit: () => undefined,
    signal: new AbortController().signal,
  });
}

await answerLines(`Ablate, ${device.description}`, kind === 'input' ? load : steps);
await session.close();
