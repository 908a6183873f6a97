import type { Command } from 'commander';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { specSchemaText } from '../../experiment/spec/spec-schema.ts';

/** Adds `ablate schema`: the JSON Schema of a spec, for editors. */
export function registerSchema(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of a spec, with every installed plugin, for editors to complete and check by')
    .addHelpText(
      'after',
      '\nWrite it to a file, npx ablate schema > ablate.schema.json, and begin specs with the line\n  # yaml-language-server: $schema=ablate.schema.json',
    )
    .action(async () => {
      process.stdout.write(await specSchemaText(await createCatalogue()));
    });
}
