// Exact search of a million embeddings in a file, for the bench `gallery`: answers `search N` and `peak` lines with
// JSON.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { useDevice } from '../../framework/devices/devices.ts';
import { openArrays } from '../../framework/data/embeddings/open-arrays.ts';
import { readRows } from '../../framework/data/embeddings/read-arrays.ts';
import { nearestNeighbors } from '../../framework/math/metrics/nearest-neighbors.ts';
import { rowsBetween, rowsFrom } from '../../framework/math/metrics/row-source.ts';
import { similarityOf } from '../../framework/math/metrics/similarity.ts';

const [folder, threads, name = 'gallery.npy'] = process.argv.slice(2) as [string, string, string?];
const device = await useDevice('auto', { threads: Number(threads) });
const [gallery, probes] = await Promise.all(
  [name, 'probes.npy'].map(async (file) =>
    rowsFrom(await readRows(await openArrays(join(folder, file), 'embedding'), 'embedding'), {}),
  ),
);
process.stdout.write(`${JSON.stringify({ name: `Ablate, ${device.description}` })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const [command, count] = line.split(' ') as [string, string];
  if (command === 'peak') {
    process.stdout.write(`${process.resourceUsage().maxRSS / 1024}\n`);
    continue;
  }
  const began = performance.now();
  const nearest: number[][] = [];
  for await (const { indices } of nearestNeighbors(
    similarityOf(rowsBetween(probes!, 0, Number(count)), gallery!, 'cosine'),
    { count: 10 },
  ))
    nearest.push([...indices]);
  process.stdout.write(`${JSON.stringify({ milliseconds: performance.now() - began, nearest })}\n`);
}
