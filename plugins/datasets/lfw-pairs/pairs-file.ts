import { AblateError } from 'ablate-ml';
import { readText } from 'ablate-ml/data';

/** One pair of a pairs file; images as `Name/Name_0001`. */
export interface ListedPair {
  readonly left: string;
  readonly right: string;
  readonly same: boolean;
  readonly fold: number;
}

/**
 * Reads a file of LFW's form: a first line of `folds` and `n` (or `n` alone, for one fold), then for each fold n lines
 * `name i j` of one person and n lines `name i name j` of two. Names may hold blanks where tabs part the cells.
 *
 * @throws AblateError DATA_INVALID naming file and line
 */
export async function readPairsFile(file: string): Promise<readonly ListedPair[]> {
  const lines = (await readText(file)).split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  const fail = (line: number, what: string): never => {
    throw new AblateError('DATA_INVALID', `${file}:${line + 1} ${what}.`, {
      remedy:
        'Cells are parted by tabs, or by blanks where no name holds one; the folder of a person is called as the person.',
    });
  };
  const header = /^(?:(\d+)\s+)?(\d+)$/.exec(lines[0] ?? '');
  if (!header) return fail(0, `reads ${JSON.stringify(lines[0] ?? '')}, where the numbers of folds and pairs stand`);
  const [folds, perKind] = [Number(header[1] ?? 1), Number(header[2])];
  const expected = folds * perKind * 2;
  if (lines.length - 1 !== expected)
    fail(
      lines.length - 1,
      `is the last of ${lines.length - 1} pairs, where ${folds} folds of twice ${perKind} are ${expected}`,
    );
  return lines.slice(1).map((line, index) => {
    const fold = Math.floor(index / (2 * perKind));
    const same = index % (2 * perKind) < perKind;
    const parts = (same ? onePerson : twoPeople).map((form) => form.exec(line)).find((found) => found !== null);
    if (!parts)
      return fail(
        index + 1,
        `reads ${JSON.stringify(line)}, where a pair of ${same ? 'one person, `name i j`,' : 'two people, `name i name j`,'} stands`,
      );
    const [, name, i, third, fourth] = parts as unknown as [string, string, string, string, string];
    return { left: imageName(name, i), right: same ? imageName(name, third) : imageName(third, fourth), same, fold };
  });
}

/** Lines of a pair, cells parted by tabs or by any blanks. */
const onePerson = [/^([^\t]+)\t+(\d+)\t+(\d+)$/, /^(\S+)\s+(\d+)\s+(\d+)$/];
const twoPeople = [/^([^\t]+)\t+(\d+)\t+([^\t]+)\t+(\d+)$/, /^(\S+)\s+(\d+)\s+(\S+)\s+(\d+)$/];

const imageName = (person: string, number: string): string => `${person}/${person}_${number.padStart(4, '0')}`;
