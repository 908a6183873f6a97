// Training steps in Ablate, for the bench: reads `steps N` lines, answers with the milliseconds of every step as JSON.
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cacheDirectory } from '../../framework/backends/cache-directory.ts';
import { useDevice, type DeviceName } from '../../framework/backends/devices.ts';
import { compose } from '../../framework/engine/compose.ts';
import type { BatchData } from '../../framework/engine/differentiate.ts';
import { trainingStep } from '../../framework/engine/training-step.ts';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../framework/spec/load-plan.ts';

const [specFile, settings] = process.argv.slice(2) as [string, string];
const catalogue = await createCatalogue();
const plan = await loadPlan(specFile, { catalogue, set: JSON.parse(settings) as string[] });
const { spec } = plan.runs[0]!;
const device = await useDevice(spec.device as DeviceName | 'auto', { threads: spec.threads });
const session = await compose(spec, { catalogue, baseDirectory: fileURLToPath(new URL('.', import.meta.url)), cacheDirectory: cacheDirectory() });
const indices = session.sampler.batch(0, 0);
const batch: BatchData = { pixels: await session.train.images(indices), labels: Int32Array.from(indices, (index) => session.train.labels[index]!) };
process.stdout.write(`${JSON.stringify({ name: `Ablate, ${device.description}` })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const times: number[] = [];
  for (let count = Number(line.split(' ')[1]); count > 0; count--) {
    const began = performance.now();
    await trainingStep(session, batch, spec.train);
    times.push(performance.now() - began);
  }
  process.stdout.write(`${JSON.stringify(times)}\n`);
}
await session.close();
