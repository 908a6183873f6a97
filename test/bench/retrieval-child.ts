// Search and evaluation in Ablate, for the bench `retrieval`: answers `steps N`, `ranks N`, `whole`, `peak` lines with
// JSON.
import { createInterface } from 'node:readline';
import { useDevice } from '../../framework/devices/devices.ts';
import { embeddingsInput } from '../../framework/data/embeddings/embeddings-input.ts';
import { readEmbeddings } from '../../framework/data/embeddings/read-embeddings.ts';
import { nearestNeighbors } from '../../framework/math/metrics/nearest-neighbors.ts';
import { similarityOf } from '../../framework/math/metrics/similarity.ts';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { makeComponent } from '../../framework/plugins/make-component.ts';
import { selectedEvaluators } from '../../framework/runs/evaluate/selected-evaluators.ts';
import { RandomStreams } from '../../framework/base/random/random-streams.ts';

const [file, threads] = process.argv.slice(2) as [string, string];
const device = await useDevice('auto', { threads: Number(threads) });
const read = await readEmbeddings(file);
const references = { values: read.embeddings, dim: read.dim };
const queries = { values: read.embeddings.subarray(0, 2000 * read.dim), dim: read.dim };
const catalogue = await createCatalogue();
const evaluated = async (name: string, settings: string[], input = embeddingsInput(read, 0)) => {
  const [{ entry, use }] = (await selectedEvaluators(
    { names: [name], settings, known: [] },
    catalogue,
    process.cwd(),
  )) as [Awaited<ReturnType<typeof selectedEvaluators>>[number]];
  return (await makeComponent(entry, use.options, { streams: new RandomStreams(0) })).evaluate(input);
};
/** One image a class enrolled, 2,000 of the others probes, the rest distractors: 98,000 entries. */
const identification = (() => {
  const seen = new Set<number>();
  let probes = 0;
  const roles = Uint8Array.from(read.labels, (label) => {
    if (!seen.has(label)) return seen.add(label) && 0;
    return probes++ < 2000 ? 1 : 2;
  });
  return embeddingsInput(
    { ...read, roles, labels: read.labels.map((label, row) => (roles[row] === 2 ? -1 : label)) },
    0,
  );
})();

const work: Record<string, () => Promise<unknown> | unknown> = {
  steps: async () => {
    for await (const { indices } of nearestNeighbors(similarityOf(queries, references, 'cosine'), { count: 10 }))
      if (indices.length !== 10) throw new Error('Not ten neighbors.');
  },
  ranks: () => evaluated('identification', ['bootstrap=0', 'distractorCounts=[]'], identification),
};
process.stdout.write(`${JSON.stringify({ name: `Ablate, ${device.description}` })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const [command, count] = line.split(' ') as [string, string];
  const began = performance.now();
  if (command === 'peak') {
    process.stdout.write(`${process.resourceUsage().maxRSS / 1024}\n`);
    continue;
  }
  if (command === 'whole') {
    const { metrics } = await evaluated('retrieval', ['bootstrap=0']);
    process.stdout.write(
      `${JSON.stringify({ milliseconds: performance.now() - began, metrics, peakMebibytes: process.resourceUsage().maxRSS / 1024 })}\n`,
    );
    continue;
  }
  const times: number[] = [];
  for (let left = Number(count); left > 0; left--) {
    const start = performance.now();
    await work[command]!();
    times.push(performance.now() - start);
  }
  process.stdout.write(`${JSON.stringify(times)}\n`);
}
