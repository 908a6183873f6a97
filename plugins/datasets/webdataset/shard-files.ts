import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AblateError, byName, locateFile, type DatasetContext } from 'ablate-ml';

/** Most files that one pattern stands for. */
const most = 1_000_000;

/**
 * Paths of the shards that patterns name, in their order; a folder stands for its tar files by name.
 *
 * @throws AblateError DATA_NOT_FOUND, PLUGIN_OPTIONS
 */
export async function shardFiles(patterns: string | readonly string[], context: DatasetContext): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of [patterns].flat().flatMap(expandBraces)) {
    const place = path.resolve(context.baseDirectory, name);
    const folder = await stat(place).then((found) => found.isDirectory(), () => false);
    if (!folder) files.push(await locateFile(name, context));
    else files.push(...(await readdir(place)).filter((file) => file.endsWith('.tar')).sort(byName).map((file) => path.join(place, file)));
  }
  if (files.length === 0) throw new AblateError('DATA_NOT_FOUND', `${[patterns].flat().join(', ')} holds no file that ends in .tar.`);
  return files;
}

/** `a-{00..02}.{x,y}` → its six names, as a shell expands them. */
export function expandBraces(pattern: string): readonly string[] {
  const braces = /^(.*?)\{([^{}]*)\}(.*)$/s.exec(pattern);
  if (!braces) return [pattern];
  const [, before, within, after] = braces as unknown as [string, string, string, string];
  const rest = expandBraces(after);
  return choices(within).flatMap((choice) => rest.map((end) => before + choice + end));
}

function choices(within: string): readonly string[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(within);
  if (!range) return within.split(',');
  const [first, last] = [Number(range[1]), Number(range[2])];
  if (last < first || last - first >= most) throw new AblateError('PLUGIN_OPTIONS', `{${within}} counts from ${first} to ${last}.`, { remedy: `Count upwards, to ${most} files at most.` });
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index).padStart(range[1]!.length, '0'));
}
