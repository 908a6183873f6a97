import path from 'node:path';
import { Argument, type Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { tell } from '../../base/system/tell.ts';
import { listItems, type ListedItems } from '../../data/splits/list-items.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { checkLines, writeDatasetCheck } from '../../analysis/report/dataset-check.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { checkDataset } from '../../runs/evaluate/check-dataset.ts';
import { listDataset, type ListingContext } from '../../runs/evaluate/list-dataset.ts';
import { Bar } from './bar.ts';
import { collect } from './collect.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';

interface DataFlags {
  readonly set?: readonly string[];
  readonly group?: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

/**
 * Adds `ablate data list SPEC`, the images that a spec's data set reads, and `ablate data check SPEC`, what is wrong with
 * them.
 */
export function registerData(program: Command): void {
  program
    .command('data')
    .description(
      "list the images of a spec's data set with roles, classes and columns, or check them for duplicates, leaks and faults",
    )
    .addArgument(new Argument('<action>', 'what to do').choices(['list', 'check']))
    .argument('<spec>', 'spec file; of several runs the first counts')
    .option('--set <path=value>', 'change a value of the spec (repeatable)', collect)
    .option(
      '--group <column>',
      'with check: a column whose values training and evaluation must not share (repeatable)',
      collect,
    )
    .option('--out <folder>', 'with check: a folder for the page, the findings as JSON and the list to exclude')
    .option('--json', 'print one JSON document: every image, or every finding')
    .action(async (action: 'list' | 'check', file: string, { set, group, out, json }: DataFlags) => {
      const catalogue = await createCatalogue();
      const plan = await loadPlan(file, { set, catalogue });
      const [first] = plan.runs;
      if (!first)
        throw new AblateError('SPEC_INVALID', `${file} is a study, whose runs are not known yet.`, {
          remedy: 'Take `search` or `protocol` away, or give a spec of one run.',
        });
      const baseDirectory = path.dirname(plan.file);
      const place = { catalogue, baseDirectory, cacheDirectory: cacheDirectory(), warn: tell };
      if (action === 'check') return check(first.spec, place, { group, out, json });
      const listed = listItems(await listDataset(first.spec, place));
      if (json) printJson(listed);
      else printList(listed);
    });
}

async function check(
  spec: RunSpec,
  place: ListingContext,
  { group = [], out, json }: Pick<DataFlags, 'group' | 'out' | 'json'>,
): Promise<void> {
  const bar = new Bar();
  const found = await checkDataset(spec, place, group, (read) => bar.show('reading', read, read)).finally(() =>
    bar.clear(),
  );
  if (out !== undefined) writeDatasetCheck(found, path.resolve(out));
  if (json) printJson(found);
  else
    process.stdout.write(`${[...checkLines(found), ...(out === undefined ? [] : [`Written to ${out}`])].join('\n')}\n`);
}

function printList({ classes, items, skipped }: ListedItems): void {
  const byRole = new Map(items.map(({ role }) => [role, items.filter((item) => item.role === role)]));
  printTable([
    ['role', 'images', 'classes', 'first'],
    ...[...byRole].map(([role, own]) => [
      role,
      String(own.length),
      String(new Set(own.flatMap((item) => item.class ?? [])).size),
      own[0]!.path ?? '',
    ]),
  ]);
  process.stdout.write(`${classes.length} classes\n`);
  for (const [reason, count] of Object.entries(skipped)) process.stdout.write(`${count} left out: ${reason}\n`);
}
