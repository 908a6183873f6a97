import type { Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { CatalogueEntry } from '../../plugins/catalogue.ts';
import { kindNames, kindOf, kinds } from '../../plugins/kinds.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { nameClashes } from '../../plugins/name-clashes.ts';
import { tell } from '../../base/system/tell.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';

/** A plugin as the list shows it. */
interface Row {
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
  readonly origin: CatalogueEntry['origin'];
  /** As the project names it; absent for what comes with Ablate. */
  readonly specifier?: string;
  readonly version: string;
  readonly framework: string;
}

/** Something that the project names and that is not as it should be. */
interface Problem {
  readonly specifier: string;
  readonly code: string;
  readonly message: string;
  readonly remedy: string | undefined;
}

/**
 * Adds `ablate list [kind]`: the plugins that come with Ablate and those that the project names, by kind. Exit code 2
 * where one of these is unfit.
 */
export function registerList(program: Command): void {
  program
    .command('list')
    .description('list the plugins that come with Ablate and those that this project names')
    .argument('[kind]', `one kind: ${Object.values(kinds).join(', ')}`)
    .option('--json', 'print one JSON document')
    .action(async (word: string | undefined, { json }: { json?: boolean }) => {
      const { plugins, problems } = await listOf(word);
      if (json) printJson({ plugins, problems });
      else {
        printTable([
          ['KIND', 'NAME', 'FROM', 'VERSION', 'ABLATE-ML', 'SUMMARY'],
          ...plugins.map((one) => [
            one.kind,
            one.name,
            one.specifier ?? one.origin,
            one.version,
            one.framework,
            one.summary,
          ]),
        ]);
        for (const { message, remedy } of problems) tell(`\n${message}${remedy ? `\n  ${remedy}` : ''}`);
      }
      if (problems.length > 0) process.exitCode = 2;
    });
}

async function listOf(word: string | undefined): Promise<{ plugins: Row[]; problems: Problem[] }> {
  const kind = word === undefined ? undefined : kindOf(word);
  if (word !== undefined && !kind)
    throw new AblateError('USAGE', `There is no kind of plugin "${word}".`, {
      remedy: `Kinds: ${Object.values(kinds).join(', ')}`,
    });
  const catalogue = await createCatalogue();
  const wanted = kind ? [kind] : kindNames;
  const listed = await catalogue.listed();
  const clashes = nameClashes(listed, catalogue);
  const plugins: Row[] = [];
  for (const one of wanted) {
    plugins.push(...(await catalogue.builtIn(one)).map((entry) => rowOf(entry)));
    plugins.push(
      ...listed.flatMap(({ entry, specifier }) => (entry?.manifest.kind === one ? [rowOf(entry, specifier)] : [])),
    );
  }
  const problems = listed.flatMap(({ specifier, entry, error = clashes.get(specifier) }): Problem[] =>
    error && (!entry || wanted.includes(entry.manifest.kind))
      ? [{ specifier, code: error.code, message: error.problem, remedy: error.remedy }]
      : [],
  );
  return { plugins, problems };
}

function rowOf(
  { manifest: { kind, name, summary, framework }, origin, version }: CatalogueEntry,
  specifier?: string,
): Row {
  return { kind, name, summary, origin, ...(specifier !== undefined && { specifier }), version, framework };
}
