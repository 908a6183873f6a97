import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { shownFile } from '../base/errors/shown-file.ts';
import { pluginFiles } from './plugin-files.ts';

/** A frame of a stack: `file:///a/b.ts:12:5`, `/a/b.js:3`. */
const frame = /(file:\/\/\/[^\s()]+?|\/[^\s()]+?|[A-Za-z]:\\[^\s()]+?):(\d+)(?::(\d+))?(?=[\s)]|$)/g;

/**
 * Finds where in a plugin's own code an error arose: the innermost frame below its folder, as `mine/math.ts:12:5`;
 * undefined where the stack has none.
 *
 * @param directory the plugin's folder
 */
export function faultPlace(error: unknown, directory: string): string | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  if (stack === undefined) return undefined;
  const folders = [directory, realOf(directory)].map((folder) => `${folder}${path.sep}`);
  for (const [, file, line, column] of stack.matchAll(frame)) {
    const there = file!.startsWith('file:') ? fileURLToPath(file!.split('?')[0]!) : file!;
    if (folders.some((folder) => there.startsWith(folder)))
      return [shownFile(there), line, column].filter(Boolean).join(':');
  }
  return undefined;
}

/**
 * Finds the line that keeps a module, or one that it leads to, from being parsed; Node keeps it to itself where the
 * module is imported.
 *
 * @param entry absolute path of the module
 */
export function syntaxFaultPlace(entry: string): string | undefined {
  for (const name of Object.keys(pluginFiles(entry))) {
    const file = path.resolve(path.dirname(realOf(entry)), name);
    if (!/\.[cm]?js$/.test(name)) continue;
    // From standard input: Node takes the word of a file that may be of either type, and finds nothing.
    const type = name.endsWith('.cjs') ? 'commonjs' : 'module';
    const { status, stderr } = spawnSync(process.execPath, [`--input-type=${type}`, '--check', '-'], {
      input: readFileSync(file),
      encoding: 'utf8',
    });
    const line = status === 0 ? undefined : /^\[stdin\]:(\d+)$/m.exec(stderr)?.[1];
    if (line !== undefined) return `${shownFile(file)}:${line}`;
  }
  return undefined;
}

/** Tells what an error says, with the place in the plugin's code that it came from. */
export function faultWords(error: unknown, directory: string): string {
  const reason = error instanceof Error ? error.message : String(error);
  const place = faultPlace(error, directory);
  return place === undefined || reason.includes(place) ? reason : `${reason} (${place})`;
}

function realOf(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}
