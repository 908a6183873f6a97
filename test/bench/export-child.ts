// Exports to an MLflow server, for the bench. Writes the points to a file for the peer first; then reads lines: `steps
// N` answers with the milliseconds of N exports, `costs` with the processor's milliseconds a step for journalling and
// export in each so far.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunEvent } from '../../framework/contracts/run-event.ts';
import { RandomStreams } from '../../framework/base/random/random-streams.ts';
import { MlflowTracker } from '../../plugins/trackers/mlflow/mlflow.ts';
import { options as schema } from '../../plugins/trackers/mlflow/options.ts';
import { metricsOfJournal } from '#test/expected-metrics';
import { plannedRun, started, writtenRun } from '#test/written-run';

const [url, peerFile] = process.argv.slice(2) as [string, string];
const steps = 10_000;
const parts = ['softmax', 'center', 'ring', 'triplet', 'circle', 'contrastive'];
/** Six losses, their sum, rate, duration and speed: ten points a step. */
const step = (number: number): RunEvent => ({
  type: 'step',
  step: number,
  epoch: 0,
  loss: 60 / (number + 1),
  parts: Object.fromEntries(parts.map((name, index) => [name, (10 + index / 7) / (number + 1)])),
  rate: 0.1,
  milliseconds: 100 + (number % 7) / 3,
  images: 128,
});
const planned = plannedRun();
const options = Object.fromEntries(Array.from({ length: 970 }, (_, index) => [`option${index}`, index / 3]));
const run = { ...planned, spec: { ...planned.spec, dataset: { plugin: 'glyphs', options } } };

const costs: number[] = [];

const processor = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};

async function exportOnce(onJournal: (file: string) => void = () => undefined): Promise<number> {
  const parent = mkdtempSync(join(tmpdir(), 'ablate-bench-export-'));
  const written = await writtenRun({ parent, run, experiment: 'bench' });
  written.append(started());
  const writing = process.cpuUsage();
  for (let number = 0; number < steps; number++) written.append(step(number));
  const journalling = processor(writing);
  written.append({ type: 'ended', status: 'finished', step: steps });
  await written.close();
  onJournal(written.folder.journal);
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  const tracker = new MlflowTracker(schema.parse({ url, artifacts: false, nested: false }), {
    streams: new RandomStreams(1),
    experiment: 'bench',
    run: 'ours',
  });
  tracker.start(written.folder);
  const { complete, problem } = await tracker.finish();
  const milliseconds = performance.now() - began;
  if (!complete) throw new Error(problem);
  costs.push((processor(cpu) + journalling) / steps);
  rmSync(parent, { recursive: true });
  return milliseconds;
}

await exportOnce((journal) => {
  const metrics = Object.entries(metricsOfJournal(journal)).flatMap(([key, points]) =>
    points.map(({ step: at, time, value }) => [key, value, time, at] as const),
  );
  metrics.sort((one, other) => one[3] - other[3]);
  writeFileSync(
    peerFile,
    JSON.stringify({
      metrics,
      params: Array.from({ length: 1000 }, (_, index) => [`option${index}`, String(index / 3)]),
    }),
  );
});
process.stdout.write(`${JSON.stringify({ name: 'Ablate' })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const milliseconds: number[] = [];
  while (line !== 'costs' && milliseconds.length < Number(line.split(' ')[1])) milliseconds.push(await exportOnce());
  process.stdout.write(`${JSON.stringify(line === 'costs' ? costs : milliseconds)}\n`);
}
