import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Kind } from '../../contracts/plugin.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { builtInNames } from '../../plugins/built-in-plugins.ts';
import { aKind } from '../../plugins/kinds.ts';
import { packageFiles, type Language } from './package-files.ts';
import { templates } from './templates/index.ts';

/** A package that was written. */
export interface WrittenPackage {
  readonly packageName: string;
  readonly directory: string;
  readonly files: readonly string[];
}

/**
 * Writes a package of a new plugin into a folder of its own, `ablate-<kind>-<name>` in `parent`.
 *
 * @param name kebab-case, what a spec will write
 * @throws AblateError USAGE for a name that is none or taken, or a folder that is there already
 */
export async function writePackage(
  kind: Kind,
  name: string,
  language: Language,
  parent: string,
): Promise<WrittenPackage> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new AblateError('USAGE', `"${name}" is no name of a plugin.`, {
      remedy: 'Names are kebab-case: lower-case letters, digits and "-", a letter first.',
    });
  if (builtInNames(kind).includes(name))
    throw new AblateError(
      'USAGE',
      `${aKind(kind)[0]!.toUpperCase()}${aKind(kind).slice(1)} "${name}" comes with Ablate.`,
      { remedy: 'Take another name, so that a spec says which it means.' },
    );
  const packageName = `ablate-${kind}-${name}`;
  const directory = resolve(parent, packageName);
  if (existsSync(directory))
    throw new AblateError('USAGE', `${shownFile(directory)} is there already.`, {
      remedy: 'Take another name, or move that folder away.',
    });
  const camel = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const files = packageFiles({
    kind,
    names: { id: name, camel, pascal: `${camel[0]!.toUpperCase()}${camel.slice(1)}` },
    packageName,
    language,
    template: templates[kind],
  });
  await mkdir(directory, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(directory, file), text);
  return { packageName, directory, files: Object.keys(files) };
}
