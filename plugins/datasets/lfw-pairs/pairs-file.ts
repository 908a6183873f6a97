import { readFile } from 'node:fs/promises';
import { AblateError } from 'ablate-ml';

/** One pair of a pairs file; images as `Name/Name_0001`. */
export interface ListedPair {
  readonly left: string;
  readonly right: string;
  readonly same: boolean;
  readonly fold: number;
}

/**
 * Reads a file of LFW's form: a first line of `folds` and `n` (or `n` alone, for one fold), then for each fold n lines
 * `name i j` of one person and n lines `name i name j` of two.
 *
 * @throws AblateError DATA_INVALID naming file and line
 */
export async function readPairsFile(file: string): Promise<readonly ListedPair[]> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  const fail = (line: number, what: string): never => {
    throw new AblateError('DATA_INVALID', `${file}:${line + 1} ${what}.`, { remedy: 'A pairs file is used as it is published.' });
  };
  const header = /^(?:(\d+)\s+)?(\d+)$/.exec(lines[0] ?? '');
  if (!header) return fail(0, `reads ${JSON.stringify(lines[0] ?? '')}, where the numbers of folds and pairs stand`);
  const [folds, perKind] = [Number(header[1] ?? 1), Number(header[2])];
  const expected = folds * perKind * 2;
  if (lines.length - 1 !== expected) fail(lines.length - 1, `is the last of ${lines.length - 1} pairs, where ${folds} folds of twice ${perKind} are ${expected}`);
  return lines.slice(1).map((line, index) => {
    const fold = Math.floor(index / (2 * perKind));
    const same = index % (2 * perKind) < perKind;
    const parts = (same ? /^(\S+)\s+(\d+)\s+(\d+)$/ : /^(\S+)\s+(\d+)\s+(\S+)\s+(\d+)$/).exec(line);
    if (!parts) return fail(index + 1, `reads ${JSON.stringify(line)}, where a pair of ${same ? 'one person, `name i j`,' : 'two people, `name i name j`,'} stands`);
    const [, name, i, third, fourth] = parts as unknown as [string, string, string, string, string];
    return { left: imageName(name, i), right: same ? imageName(name, third) : imageName(third, fourth), same, fold };
  });
}

const imageName = (person: string, number: string): string => `${person}/${person}_${number.padStart(4, '0')}`;
