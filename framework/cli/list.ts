import type { Command } from 'commander';
import { AblateError } from '../errors/ablate-error.ts';
import { kindNames, kindOf, kinds } from '../plugins/kinds.ts';
import { createCatalogue } from '../plugins/load-catalogue.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';

/** Adds `ablate list [kind]`: the plugins that come with Ablate, by kind. */
export function registerList(program: Command): void {
  program
    .command('list')
    .description('list plugins')
    .argument('[kind]', `one kind: ${Object.values(kinds).join(', ')}`)
    .option('--json', 'print one JSON document')
    .action(async (word: string | undefined, { json }: { json?: boolean }) => {
      const plugins = await pluginsOf(word);
      if (json) printJson({ plugins });
      else printTable([['KIND', 'NAME', 'FROM', 'VERSION', 'ABLATE-ML', 'SUMMARY'], ...plugins.map((one) => [one.kind, one.name, one.origin, one.version, one.framework, one.summary])]);
    });
}

async function pluginsOf(word: string | undefined) {
  const kind = word === undefined ? undefined : kindOf(word);
  if (word !== undefined && !kind) throw new AblateError('USAGE', `There is no kind of plugin "${word}".`, { remedy: `Kinds: ${Object.values(kinds).join(', ')}` });
  const catalogue = await createCatalogue();
  const entries = await Promise.all((kind ? [kind] : kindNames).map((one) => catalogue.builtIn(one)));
  return entries.flat().map(({ manifest: { kind: of, name, summary, framework }, origin, version }) => ({ kind: of, name, summary, origin, version, framework }));
}
