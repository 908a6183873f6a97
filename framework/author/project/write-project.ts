import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { frameworkVersion } from '../../base/system/version.ts';
import { characters } from './characters.ts';
import { faces } from './faces.ts';
import { features } from './features.ts';
import { products } from './products.ts';
import type { Project } from './project.ts';
import { reId } from './re-id.ts';

/** What `ablate init` may begin, by name. */
export const projects: Readonly<Record<string, Project>> = {
  faces,
  products,
  characters,
  're-id': reId,
  features,
};

/** A project that was written. */
export interface WrittenProject {
  readonly directory: string;
  readonly spec: string;
  readonly files: readonly string[];
}

/**
 * Writes the beginning of a project of one's own: the spec, a README with the layout of its data, `.gitignore`,
 * `package.json` and the schema that an editor completes the spec by.
 *
 * @param schema text of the JSON Schema of a spec
 * @throws AblateError USAGE for a name that is none, or a folder that is there already
 */
export async function writeProject(name: string, directory: string, schema: string): Promise<WrittenProject> {
  const project = Object.hasOwn(projects, name) ? projects[name]! : undefined;
  if (!project)
    throw new AblateError('USAGE', `There is no project "${name}".`, {
      remedy: `Projects: ${Object.keys(projects).join(', ')}`,
    });
  const folder = resolve(directory);
  if (existsSync(folder))
    throw new AblateError('USAGE', `${shownFile(folder)} is there already.`, {
      remedy: 'Name another folder by --out, or move that one away.',
    });
  const spec = `${name}.yaml`;
  const files: Readonly<Record<string, string>> = {
    [spec]: `# yaml-language-server: $schema=ablate.schema.json\n${project.spec}`,
    'README.md': readme(name, spec, project),
    '.gitignore': 'node_modules/\ndata/\nruns/\n',
    'package.json': `${JSON.stringify(
      {
        name: `ablate-${name}`,
        private: true,
        type: 'module',
        scripts: { start: `ablate run ${spec}`, smoke: `ablate run ${spec} --profile smoke --out runs/smoke` },
        dependencies: { 'ablate-ml': `^${frameworkVersion}` },
      },
      null,
      2,
    )}\n`,
    'ablate.schema.json': schema,
  };
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return { directory: folder, spec, files: Object.keys(files) };
}

const readme = (name: string, spec: string, { summary, layout, notes }: Project): string => `# ${name}

${summary}

## Data

\`\`\`
${layout}
\`\`\`

${notes.join('\n\n')}

## Run

\`\`\`sh
npm install
npx ablate data check ${spec}                  # duplicates, broken images, classes that leak
npx ablate show ${spec} --images sheet.png     # the images as training sees them
npm run smoke                                  # two steps, to see that all fits
npm start                                      # the experiment
npx ablate report runs/${name}                 # its page
\`\`\`

The spec is the experiment: \`npx ablate validate ${spec}\` checks it, \`--set train.epochs=5\` changes a value of it, and
\`npx ablate describe arcface\` tells what a plugin does and takes.
`;
