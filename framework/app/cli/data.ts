import path from 'node:path';
import { Argument, type Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { tell } from '../../base/system/tell.ts';
import { listItems, type ListedItems } from '../../data/splits/list-items.ts';
import { loadPlan } from '../../experiment/spec/load-plan.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { listDataset } from '../../runs/evaluate/list-dataset.ts';
import { collect } from './collect.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';

interface DataFlags {
  readonly set?: readonly string[];
  readonly json?: boolean;
}

/** Adds `ablate data list SPEC`: the images that a spec's data set reads, by role. */
export function registerData(program: Command): void {
  program
    .command('data')
    .description("list the images of a spec's data set, with their roles, classes and columns")
    .addArgument(new Argument('<action>', 'what to do').choices(['list']))
    .argument('<spec>', 'spec file; of several runs the first counts')
    .option('--set <path=value>', 'change a value of the spec (repeatable)', collect)
    .option('--json', 'print one JSON document: every image')
    .action(async (_action: 'list', file: string, { set, json }: DataFlags) => {
      const catalogue = await createCatalogue();
      const plan = await loadPlan(file, { set, catalogue });
      const [first] = plan.runs;
      if (!first)
        throw new AblateError('SPEC_INVALID', `${file} is a study, whose runs are not known yet.`, {
          remedy: 'Take `search` or `protocol` away, or give a spec of one run.',
        });
      const baseDirectory = path.dirname(plan.file);
      const place = { catalogue, baseDirectory, cacheDirectory: cacheDirectory(), warn: tell };
      const listed = listItems(await listDataset(first.spec, place));
      if (json) printJson(listed);
      else printList(listed);
    });
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
