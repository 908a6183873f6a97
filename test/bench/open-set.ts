// npm run table:open-set [-- NAME…] [--out DIR]: the tables of experiments/open-set/README.md, with the peer's rows for
// Omniglot
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { comparisonMarkdown } from '../../framework/runs/comparison/comparison-table.ts';
import { comparedGroups, type ComparedGroup } from '../../framework/runs/comparison/comparison.ts';
import { runPlan } from '../../framework/runs/execute/run-plan.ts';
import { loadPlan } from '../../framework/experiment/spec/load-plan.ts';
import { openSetPeer } from './open-set-peer.ts';

const specs = ['omniglot', 'lfw', 'orl', 'coil'];
const columns = [
  'Recall@1',
  'MAP@R',
  'verification-accuracy',
  'TAR@FAR=1e-1',
  'TAR@FAR=1e-2',
  'rank-1@distractors=100',
  'rank-1@distractors=1000',
  'rank-1',
];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string', default: 'runs' } },
});
const catalogue = await createCatalogue();
const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** A group with the table's columns alone. */
const shown = (group: ComparedGroup): ComparedGroup => ({
  ...group,
  metrics: Object.fromEntries(columns.flatMap((name) => (group.metrics[name] ? [[name, group.metrics[name]]] : []))),
});

for (const name of positionals.length > 0 ? positionals : specs) {
  const plan = await loadPlan(fileURLToPath(new URL(`../../experiments/open-set/${name}.yaml`, import.meta.url)), {
    catalogue,
  });
  const out = resolve(values.out);
  const { outcomes } = await runPlan(plan, {
    catalogue,
    out,
    resume: true,
    fresh: false,
    signal: new AbortController().signal,
    onEvent: (run, event) => event.type === 'ended' && note(`${run.label}: ${event.status}`),
    onNote: note,
  });
  const ours = comparedGroups(outcomes);
  const theirs =
    name === 'omniglot' ? comparedGroups(await openSetPeer(plan, catalogue, resolve(out, plan.name, 'pytorch'))) : [];
  process.stdout.write(
    `\n${plan.description}\n\n${comparisonMarkdown(ours.flatMap((group, index) => [group, ...(theirs[index] ? [theirs[index]] : [])].map(shown)))}\n`,
  );
}
