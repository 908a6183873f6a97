// npm run bench [-- NAME…] [--pairs N] [--json FILE]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Suite } from './suite.ts';

const suites: Record<string, () => Promise<Suite>> = {
  step: async () => (await import('./step.ts')).step,
  devices: async () => (await import('./devices.ts')).devices,
  loss: async () => (await import('./step.ts')).lossShare,
  compile: async () => (await import('./step.ts')).compiled,
  keras: async () => (await import('./step.ts')).keras,
  batch: async () => (await import('./step.ts')).batch,
  retrieval: async () => (await import('./retrieval.ts')).retrieval,
  gallery: async () => (await import('./gallery.ts')).gallery,
  workers: async () => (await import('./workers.ts')).workers,
  plan: async () => (await import('./plan.ts')).plan,
  export: async () => (await import('./export.ts')).exportToMlflow,
  scale: async () => (await import('./scale.ts')).scale,
  report: async () => (await import('./report.ts')).report,
  open: async () => (await import('./open.ts')).open,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  start: async () => (await import('./start.ts')).start,
  overhead: async () => (await import('./overhead.ts')).overhead,
  pairs: async () => (await import('./pairs.ts')).pairs,
  exact: async () => (await import('./exact.ts')).exact,
  input: async () => (await import('./input.ts')).input,
};
/** Pairs of suites whose programs take long from beginning to end; 7 of the others. */
const usualPairs: Readonly<Record<string, number>> = { workers: 2 };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { pairs: { type: 'string' }, json: { type: 'string' } },
});
const unknown = positionals.find((name) => !(name in suites));
if (unknown !== undefined) {
  process.stderr.write(`No bench "${unknown}". There are: ${Object.keys(suites).join(', ')}\n`);
  process.exit(2);
}
const results = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(suites)) {
  const { title, rows, more } = await (await suites[name]!())(Number(values.pairs ?? usualPairs[name] ?? 7));
  results.push({ name, title, rows, more });
  process.stdout.write(`\n${title} (${rows[0]?.peer}; median of ${rows[0]?.pairs} alternating pairs)\n\n`);
  process.stdout.write('| case | Ablate | peer | ratio | least | most |\n|---|---:|---:|---:|---:|---:|\n');
  const digits = (value: number, places: number): string =>
    value < 0.1 ? value.toPrecision(2) : value.toFixed(places);
  for (const { case: what, ours, theirs, ratio } of rows) {
    process.stdout.write(
      `| ${what} | ${digits(ours, 1)} | ${digits(theirs, 1)} | ${[ratio.median, ratio.least, ratio.most].map((value) => digits(value, 2)).join(' | ')} |\n`,
    );
  }
  if (more !== undefined) process.stdout.write(`\n${more}`);
}
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ date: new Date().toISOString(), results }, undefined, 2)}\n`);
