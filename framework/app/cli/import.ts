import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';
import { importSpec, sources } from '../../experiment/import/import-spec.ts';

/** Adds `ablate import SOURCE CONFIG…`: another program's configuration as a spec, with what it could not carry over. */
export function registerImport(program: Command): void {
  program
    .command('import')
    .description("Make a spec of another program's configuration, and name what could not be carried over.")
    .argument('<source>', Object.keys(sources).join(', '))
    .argument('<config...>', 'the configuration: a file, or the files or the folder that it is merged from')
    .option('--out <file>', "spec to write; the configuration's name and .yaml where it is left out")
    .addHelpText(
      'after',
      `\n${Object.entries(sources)
        .map(([name, what]) => `  ${name.padEnd(22)}${what}`)
        .join('\n')}`,
    )
    .action(async (source: string, files: string[], { out }: { out?: string }) => {
      const { name, text, notCarried, notes } = importSpec(source, files);
      const file = out ?? `${name}.yaml`;
      if (existsSync(file))
        throw new AblateError('USAGE', `${shownFile(file)} is there already.`, {
          remedy: 'Name another file by --out, or move that one away.',
        });
      await writeAtomically(file, text);
      const section = (title: string, lines: readonly string[]): string =>
        lines.length > 0 ? `\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}\n` : '';
      process.stdout.write(
        `${shownFile(file)}\n${section('Not carried over:', notCarried)}${section('To know or to do:', notes)}\nNext:\n  npx ablate validate ${shownFile(file)}\n`,
      );
    });
}
