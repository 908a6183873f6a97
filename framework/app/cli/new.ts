import type { Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { kindNames, kindOf } from '../../plugins/kinds.ts';
import { writePackage } from '../../author/scaffold/write-package.ts';

/** Adds `ablate new KIND NAME`: a package of a plugin of one's own, which passes its own tests as written. */
export function registerNew(program: Command): void {
  program
    .command('new')
    .description('write a package of a plugin of your own: manifest, mathematics, README, tests and an example spec')
    .argument('<kind>', kindNames.join(', '))
    .argument('<name>', 'what a spec will write: my-loss')
    .option('--js', 'plain JavaScript instead of TypeScript')
    .option('--out <dir>', "folder that the package's own folder is made in", '.')
    .action(async (word: string, name: string, { js, out }: { js?: boolean; out: string }) => {
      const kind = kindOf(word);
      if (!kind)
        throw new AblateError('USAGE', `There is no kind of plugin "${word}".`, {
          remedy: `Kinds: ${kindNames.join(', ')}`,
        });
      const { directory, files } = await writePackage(kind, name, js ? 'js' : 'ts', out);
      const folder = shownFile(directory);
      process.stdout.write(
        `${files.map((file) => `${folder}/${file}`).join('\n')}\n\nNext:\n  cd ${folder}\n  npm install\n  npm test                       its own case, and the rules that every ${kind} must satisfy\n  npx ablate run example.yaml\n`,
      );
    });
}
