// npm run bench [-- NAME…] [--pairs N] [--json FILE]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { PairedResult } from './paired.ts';

type Suite = (pairs: number) => Promise<{ title: string; rows: (PairedResult & { case: string; peer: string })[] }>;

const suites: Record<string, () => Promise<Suite>> = {
  step: async () => (await import('./step.ts')).step,
};
const { values, positionals } = parseArgs({ allowPositionals: true, options: { pairs: { type: 'string', default: '7' }, json: { type: 'string' } } });
const unknown = positionals.find((name) => !(name in suites));
if (unknown !== undefined) {
  process.stderr.write(`No bench "${unknown}". There are: ${Object.keys(suites).join(', ')}\n`);
  process.exit(2);
}
const results = [];
for (const name of positionals.length > 0 ? positionals : Object.keys(suites)) {
  const { title, rows } = await (await suites[name]!())(Number(values.pairs));
  results.push({ name, title, rows });
  process.stdout.write(`\n${title} (${rows[0]?.peer}; median of ${values.pairs} alternating pairs)\n\n`);
  process.stdout.write('| case | Ablate | peer | ratio | least | most |\n|---|---:|---:|---:|---:|---:|\n');
  for (const { case: what, ours, theirs, ratio } of rows) {
    process.stdout.write(`| ${what} | ${ours.toFixed(1)} | ${theirs.toFixed(1)} | ${ratio.median.toFixed(2)} | ${ratio.least.toFixed(2)} | ${ratio.most.toFixed(2)} |\n`);
  }
}
if (values.json) writeFileSync(values.json, `${JSON.stringify({ date: new Date().toISOString(), results }, undefined, 2)}\n`);
