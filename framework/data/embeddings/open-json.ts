import { readText } from '../lists/read-text.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { sizeOf, type ArrayFile, type StoredArray } from './stored-array.ts';

/** A number, or `NaN` for what is none: the reader of the array names its row. */
const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : NaN;

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

/**
 * Opens the arrays of a JSON file: an object of lists, or of lists of lists. Read whole.
 *
 * @throws AblateError DATA_INVALID where it is no JSON, or its rows differ in length
 */
export async function openJson(file: string): Promise<ArrayFile> {
  const refuse = (what: string, cause?: unknown): never => {
    throw new AblateError('DATA_INVALID', `${file} ${what}.`, {
      cause,
      remedy: 'Write {"embedding": [[0.1, 0.2], …], "label": [0, …]}; large ones rather as .safetensors or .npz.',
    });
  };
  const text = await readText(file);
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    return refuse(`is not JSON that can be read: ${(cause as Error).message}`, cause);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    return refuse('is no JSON object of arrays');
  if (content['version'] !== undefined && content['version'] !== 1)
    return refuse(`is of version ${JSON.stringify(content['version'])}, where 1 is read`);
  const { classNames, name: imageNames } = content;
  if (classNames !== undefined && !isTextList(classNames)) return refuse('has "classNames" that is no list of names');
  return {
    file,
    names: Object.keys(content),
    ...(classNames !== undefined && { classNames }),
    ...(isTextList(imageNames) && { imageNames }),
    array: async (name) => (Object.hasOwn(content, name) ? arrayOf(name, content[name]) : undefined),
    close: async () => undefined,
  };

  function arrayOf(name: string, value: unknown): StoredArray {
    if (!Array.isArray(value)) return refuse(`has "${name}" that is no list`);
    const nested = value.some(Array.isArray);
    const dim = nested && Array.isArray(value[0]) ? value[0].length : 0;
    const odd = nested ? value.findIndex((row) => !Array.isArray(row) || row.length !== dim) : -1;
    if (odd >= 0)
      refuse(
        `has "${name}" whose row ${odd} has ${Array.isArray(value[odd]) ? (value[odd] as unknown[]).length : 'no'} numbers, and row 0 ${dim}`,
      );
    const shape = nested ? [value.length, dim] : [value.length];
    return {
      dtype: 'json',
      shape,
      ...(!nested && { quote: (place: number) => JSON.stringify(value[place]) }),
      async read(take) {
        if (sizeOf(shape) === 0) return;
        if (!nested) take(value.map(numberOf));
        else for (const row of value as unknown[][]) take(row.map(numberOf));
      },
    };
  }
}
