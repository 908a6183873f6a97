import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AblateError } from 'ablate-ml';
import { byName, locateFile, type DataPlace } from 'ablate-ml/data';

/** Most files that one pattern stands for. */
const most = 1_000_000;

/**
 * Lists the paths of the shards that patterns name, in their order; a folder stands for its tar files by name.
 *
 * @throws AblateError DATA_NOT_FOUND, PLUGIN_OPTIONS
 */
export async function shardFiles(patterns: string | readonly string[], context: DataPlace): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of [patterns].flat().flatMap(expandBraces)) {
    const place = path.resolve(context.baseDirectory, name);
    const folder = await stat(place).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!folder) files.push(await locateFile(name, context));
    else
      files.push(
        ...(await readdir(place))
          .filter((file) => file.endsWith('.tar'))
          .sort(byName)
          .map((file) => path.join(place, file)),
      );
  }
  if (files.length === 0)
    throw new AblateError('DATA_NOT_FOUND', `${[patterns].flat().join(', ')} holds no file that ends in .tar.`, {
      given: patterns,
    });
  return files;
}

/**
 * Expands braces as a shell does: `a-{00..02}.{x,y}` stands for six names.
 *
 * @throws AblateError PLUGIN_OPTIONS where they stand for more files than are read
 */
export function expandBraces(pattern: string): readonly string[] {
  // Texts and what stands in braces take turns.
  const parts = pattern.split(/\{([^{}]*)\}/).map((text, index) => (index % 2 === 0 ? [text] : choices(text)));
  const count = parts.reduce((product, { length }) => product * length, 1);
  if (count > most)
    throw new AblateError('PLUGIN_OPTIONS', `${pattern.slice(0, 200)} stands for ${count} files.`, {
      remedy: `Name ${most} files at most, or the folder that they lie in.`,
    });
  return parts.reduce<readonly string[]>(
    (names, endings) => names.flatMap((name) => endings.map((ending) => name + ending)),
    [''],
  );
}

function choices(within: string): readonly string[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(within);
  if (!range) return within.split(',');
  const [first, last] = [Number(range[1]), Number(range[2])];
  if (last < first || last - first >= most)
    throw new AblateError('PLUGIN_OPTIONS', `{${within}} counts from ${first} to ${last}.`, {
      remedy: `Count upwards, to ${most} files at most.`,
    });
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index).padStart(range[1]!.length, '0'));
}
