import type { Command } from 'commander';
import { shownFile } from '../../base/errors/shown-file.ts';
import { projects, writeProject } from '../../author/project/write-project.ts';
import { specSchemaText } from '../../experiment/spec/spec-schema.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';

/** Adds `ablate init PROJECT`: a folder with a spec to begin with, and what belongs around it. */
export function registerInit(program: Command): void {
  program
    .command('init')
    .description('write a project to begin with: a spec, a README with the layout of its data, what an editor needs')
    .argument('<project>', Object.keys(projects).join(', '))
    .option('--out <dir>', "folder to make; the project's name where it is left out")
    .addHelpText(
      'after',
      `\n${Object.entries(projects)
        .map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
        .join('\n')}`,
    )
    .action(async (name: string, { out }: { out?: string }) => {
      const schema = await specSchemaText(await createCatalogue());
      const { directory, spec, files } = await writeProject(name, out ?? name, schema);
      const folder = shownFile(directory);
      process.stdout.write(
        `${files.map((file) => `${folder}/${file}`).join('\n')}\n\nNext: put your data where ${folder}/README.md says, then\n  cd ${folder}\n  npm install\n  npx ablate validate ${spec}\n  npm run smoke\n  npm start\n`,
      );
    });
}
