import type { Command } from 'commander';
import type { Kind } from '../../contracts/plugin.ts';
import type { Catalogue, CatalogueEntry } from '../../plugins/catalogue.ts';
import { describePlugin, type PluginDescription } from '../../plugins/describe-plugin.ts';
import { kindNames, kindOf, kinds } from '../../plugins/kinds.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { defaultText } from '../../plugins/option-table.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';

/** Adds `ablate describe [PLUGIN]`: what a plugin is for, its options from its schema, and what it needs of others. */
export function registerDescribe(program: Command): void {
  program
    .command('describe')
    .description('describe a plugin and its options, or all that come with Ablate')
    .argument(
      '[plugin]',
      'its name, alone or after its kind (center, losses/center), a package or a path; all of them where it is left out',
    )
    .option('--json', 'print one JSON document')
    .option('--markdown', 'print Markdown')
    .action(async (plugin: string | undefined, { json, markdown }: { json?: boolean; markdown?: boolean }) => {
      const catalogue = await createCatalogue();
      const entries = plugin === undefined ? await builtIn(catalogue) : await entriesOf(plugin, catalogue);
      const descriptions = entries.map(describePlugin);
      if (plugin === undefined && markdown) process.stdout.write(`# Plugins of Ablate ${frameworkVersion}\n\n`);
      if (json) printJson({ plugins: descriptions });
      else for (const description of descriptions) (markdown ? printMarkdown : printText)(description);
    });
}

/** All that come with Ablate, by kind and name. */
async function builtIn(catalogue: Catalogue): Promise<CatalogueEntry[]> {
  const entries: CatalogueEntry[] = [];
  for (const kind of kindNames)
    for (const name of [...catalogue.names(kind)].sort())
      entries.push(await catalogue.load<Kind>(kind, name, process.cwd()));
  return entries;
}

async function entriesOf(plugin: string, catalogue: Catalogue): Promise<CatalogueEntry[]> {
  const slash = plugin.indexOf('/');
  const kind = slash > 0 ? kindOf(plugin.slice(0, slash)) : undefined;
  if (kind) return [await catalogue.load<Kind>(kind, plugin.slice(slash + 1), process.cwd())];
  const holders = kindNames.filter((one) => catalogue.names(one).includes(plugin));
  if (holders.length > 0) return Promise.all(holders.map((one) => catalogue.load<Kind>(one, plugin, process.cwd())));
  const listed = (await catalogue.listed()).flatMap(({ entry }) => (entry?.manifest.name === plugin ? [entry] : []));
  return listed.length > 0 ? listed : [await catalogue.ofAnyKind(plugin, process.cwd())];
}

function printText({ kind, name, summary, source, version, framework, needs, options }: PluginDescription): void {
  process.stdout.write(
    `${kinds[kind]}/${name}  ${summary}\nFrom: ${[source, version].filter(Boolean).join(' ')}, for ablate-ml ${framework}\n`,
  );
  for (const need of needs) process.stdout.write(`${need}\n`);
  if (options.length === 0) process.stdout.write('\nNo options.\n');
  else {
    process.stdout.write('\n');
    printTable([
      ['OPTION', 'DEFAULT', 'ALLOWED', 'MEANING'],
      ...options.map((row) => [row.option, defaultText(row), row.type, row.meaning]),
    ]);
  }
  process.stdout.write(`\n`);
}

function printMarkdown({ kind, name, summary, needs, options }: PluginDescription): void {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const table = options.map(
    (row) => `| \`${row.option}\` | ${cell(row.type)} | \`${cell(defaultText(row))}\` | ${cell(row.meaning)} |`,
  );
  const body = options.length
    ? ['| option | type | default | meaning |', '| --- | --- | --- | --- |', ...table]
    : ['No options.'];
  process.stdout.write([`## ${kinds[kind]}/${name}`, '', summary, ...needs, '', ...body, '', ''].join('\n'));
}
