import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { AnyManifest } from 'ablate-ml/testing';

/** One small fault in a copy of a loss's sources. */
export interface Mutation {
  /** `a sign`, `a margin left out`, … */
  readonly fault: string;
  /** The file that is changed, relative to the project; every other one stays as it is. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
}

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** A source with its relative imports made absolute, so that it can lie anywhere. */
const relocated = (source: string, folder: string): string =>
  source.replace(/from '(\.\.?\/[^']+)'/g, (_, target: string) => `from '${path.resolve(folder, target)}'`);

/** The source with the fault in it. */
export function mutated(source: string, { file, from, to }: Mutation): string {
  const found = source.split(from).length - 1;
  if (found !== 1)
    throw new Error(
      `"${from}" occurs ${found} times in ${file}, not once: the list of faults no longer fits the source`,
    );
  return source.replace(from, () => to);
}

/**
 * Loads the loss with the fault in it. The plugin's own folder is copied; where the fault is in a file that losses
 * share, that file is copied beside it and takes the place of the framework's export.
 */
export async function withMutant<T>(
  loss: string,
  mutation: Mutation,
  body: (manifest: AnyManifest & { readonly kind: 'loss' }) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), `mutant-${loss}-`));
  try {
    const copy = async (file: string, name: string, change = (text: string): string => text): Promise<void> => {
      const source = await readFile(path.join(project, file), 'utf8');
      const text = file === mutation.file ? mutated(source, mutation) : source;
      await writeFile(path.join(folder, name), change(text));
    };
    const own = `plugins/losses/${loss}`;
    const shared = !mutation.file.startsWith(own);
    const withShim = (text: string): string =>
      shared ? text.replace("from 'ablate-ml/losses'", "from './shim.ts'") : text;
    await copy(`${own}/index.ts`, 'index.ts', withShim);
    await copy(`${own}/${loss}.ts`, `${loss}.ts`, withShim);
    if (shared) {
      await copy(mutation.file, 'shared.ts', (text) =>
        relocated(text, path.dirname(path.join(project, mutation.file))),
      );
      await writeFile(
        path.join(folder, 'shim.ts'),
        `export * from 'ablate-ml/losses';\nexport { ${exportOf(mutation.file)} } from './shared.ts';\n`,
      );
    }
    const module = (await import(/* @vite-ignore */ pathToFileURL(path.join(folder, 'index.ts')).href)) as {
      default: AnyManifest & { readonly kind: 'loss' };
    };
    return await body(module.default);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file's name is its main export in kebab-case. */
const exportOf = (file: string): string =>
  path.basename(file, '.ts').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
