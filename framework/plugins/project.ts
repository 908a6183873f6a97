import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AblateError } from '../base/errors/ablate-error.ts';
import { shownFile } from '../base/errors/shown-file.ts';
import { belongsToUser } from './belongs-to-user.ts';

/** The project that someone works in, as its own `package.json` describes it. */
export interface Project {
  /** Folder of the `package.json`. */
  readonly directory: string;
  readonly file: string;
  /** `ablate.plugins`: packages and paths from the project's folder whose code may run. */
  readonly plugins: readonly string[];
  /** Packages that it depends on itself, which somebody here chose to install. */
  readonly dependencies: readonly string[];
}

const packages = z.record(z.string(), z.unknown()).optional();
const manifest = z.object({
  dependencies: packages,
  devDependencies: packages,
  optionalDependencies: packages,
  ablate: z.strictObject({ plugins: z.array(z.string()).optional() }).optional(),
});

/**
 * Finds the project that a folder lies in: that of the nearest `package.json` that belongs to the user. The folder is
 * the one that somebody works in, never a spec's: a spec from elsewhere brings no trust of its own.
 *
 * @returns undefined where there is none
 * @throws AblateError PLUGIN_INVALID where the file is not what npm and Ablate read
 */
export function projectAt(folder: string): Project | undefined {
  for (let directory = path.resolve(folder); ; directory = path.dirname(directory)) {
    const file = path.join(directory, 'package.json');
    if (existsSync(file) && belongsToUser(file)) return readProject(directory, file);
    if (directory === path.dirname(directory)) return undefined;
  }
}

function readProject(directory: string, file: string): Project {
  const refuse = (why: string, cause?: unknown): AblateError =>
    new AblateError(
      'PLUGIN_INVALID',
      `${shownFile(file)} cannot be read for the plugins that this project trusts: ${why}`,
      { cause, remedy: 'Write "ablate": {"plugins": ["a-package", "./a-file.ts"]}.' },
    );
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  const read = manifest.safeParse(content);
  if (!read.success)
    throw refuse(read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  const { dependencies, devDependencies, optionalDependencies, ablate } = read.data;
  return {
    directory,
    file,
    plugins: ablate?.plugins ?? [],
    dependencies: Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }),
  };
}
