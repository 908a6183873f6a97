import { join } from 'node:path';
import { dueRuns, type DueOptions } from '../../runs/plan/due-runs.ts';
import { knownRuns } from '../../runs/plan/known-runs.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';

/**
 * Prints for `ablate run --dry-run` how the runs of some plans stand, and which would run. Touches nothing.
 *
 * @param out folder that experiments are kept in
 */
export async function showDryRun(
  plans: readonly Plan[],
  out: string,
  options: DueOptions,
  json: boolean,
): Promise<void> {
  const documents = [];
  for (const plan of plans) {
    const parent = join(out, plan.name);
    const runs = (await dueRuns(await knownRuns(plan, parent), parent, options)).filter(({ selected }) => selected);
    documents.push({
      name: plan.name,
      runs: runs.map(({ run: { label, point }, folder, status, due }) => ({
        id: folder.id,
        label,
        point,
        dir: folder.directory,
        status,
        due,
      })),
    });
  }
  if (json) {
    printJson({ version: 1, plans: documents });
    return;
  }
  for (const { name, runs } of documents) {
    process.stdout.write(`${name}: ${runs.filter(({ due }) => due).length} of ${runs.length} runs would run\n`);
    printTable([
      ['', 'run', 'status', 'id'],
      ...runs.map(({ label, status, due, id }) => [due ? '▶' : '', label, status, id]),
    ]);
  }
}
