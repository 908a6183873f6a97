import { inflateSync } from 'node:zlib';
import { AblateError } from 'ablate-ml';

/** A value of a MATLAB file: numbers, text, cells, or structs with their fields by name. */
export type MatValue = readonly number[] | string | MatCells | readonly MatStruct[];
/** Values of a cell array, column by column. */
type MatCells = { readonly cells: readonly MatValue[] };
/** Fields of a struct. */
type MatStruct = { readonly [field: string]: MatValue };

/** Bytes of an element's value, and what they hold. */
interface Element {
  readonly type: number;
  readonly bytes: DataView;
  /** Where the next one begins. */
  readonly next: number;
}

const [compressed, matrix] = [15, 14];

/** Reads a number at a byte, by the type that an element says its data have. */
const numberAt: Readonly<
  Record<number, readonly [size: number, (bytes: DataView, at: number, little: boolean) => number]>
> = {
  1: [1, (bytes, at) => bytes.getInt8(at)],
  2: [1, (bytes, at) => bytes.getUint8(at)],
  3: [2, (bytes, at, little) => bytes.getInt16(at, little)],
  4: [2, (bytes, at, little) => bytes.getUint16(at, little)],
  5: [4, (bytes, at, little) => bytes.getInt32(at, little)],
  6: [4, (bytes, at, little) => bytes.getUint32(at, little)],
  7: [4, (bytes, at, little) => bytes.getFloat32(at, little)],
  9: [8, (bytes, at, little) => bytes.getFloat64(at, little)],
  12: [8, (bytes, at, little) => Number(bytes.getBigInt64(at, little))],
  13: [8, (bytes, at, little) => Number(bytes.getBigUint64(at, little))],
  16: [1, (bytes, at) => bytes.getUint8(at)],
  17: [2, (bytes, at, little) => bytes.getUint16(at, little)],
};

/**
 * Reads the variables of a MATLAB 5 file (MAT-File Level 5, as MATLAB 5 to 7.2 and SciPy write it), compressed or not:
 * numbers, text, cells and structs, which is what annotations of images are made of.
 *
 * @param place the file, for messages
 * @throws AblateError DATA_INVALID
 */
export function matFile(file: Uint8Array, place: string): ReadonlyMap<string, MatValue> {
  const bytes = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const order = file.byteLength < 128 ? '' : String.fromCharCode(file[126]!, file[127]!);
  if (order !== 'IM' && order !== 'MI')
    throw new AblateError('DATA_INVALID', `${place} is not a MATLAB 5 file.`, {
      remedy: 'Fetch it again as its publisher has it; files of MATLAB 7.3 are saved by `save(…, "-v7")` instead.',
    });
  const little = order === 'IM';
  const variables = new Map<string, MatValue>();
  try {
    for (let at = 128; at + 8 <= bytes.byteLength; ) {
      const outer = elementAt(bytes, at, little);
      at = outer.next;
      const inner = outer.type === compressed ? inflated(outer.bytes, little) : outer;
      if (inner.type !== matrix) continue;
      const [name, value] = arrayOf(inner.bytes, little);
      variables.set(name, value);
    }
  } catch (cause) {
    throw new AblateError('DATA_INVALID', `${place} is damaged, or holds what is not read of MATLAB 5 files.`, {
      cause,
      remedy: 'Fetch it again as its publisher has it.',
    });
  }
  return variables;
}

function inflated(bytes: DataView, little: boolean): Element {
  const whole = inflateSync(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return elementAt(new DataView(whole.buffer, whole.byteOffset, whole.byteLength), 0, little);
}

function elementAt(bytes: DataView, at: number, little: boolean): Element {
  const first = bytes.getUint32(at, little);
  const view = (from: number, size: number): DataView => new DataView(bytes.buffer, bytes.byteOffset + from, size);
  // Up to four bytes of data sit in the tag itself, whose upper half is then their number.
  if (first >>> 16 !== 0) return { type: first & 0xffff, bytes: view(at + 4, first >>> 16), next: at + 8 };
  const size = bytes.getUint32(at + 4, little);
  const end = at + 8 + size;
  return { type: first, bytes: view(at + 8, size), next: first === compressed ? end : Math.ceil(end / 8) * 8 };
}

function numbersOf({ type, bytes }: Pick<Element, 'type' | 'bytes'>, little: boolean): number[] {
  const [size, read] = numberAt[type]!;
  return Array.from({ length: bytes.byteLength / size }, (_, index) => read(bytes, index * size, little));
}

/** Name and value of an array, whose bytes are elements: class, sizes, name, then what its class has. */
function arrayOf(bytes: DataView, little: boolean): readonly [name: string, value: MatValue] {
  if (bytes.byteLength === 0) return ['', []];
  let at = 0;
  const next = (): Element => {
    const element = elementAt(bytes, at, little);
    at = element.next;
    return element;
  };
  const [flags] = numbersOf(next(), little);
  const count = numbersOf(next(), little).reduce((product, size) => product * size, 1);
  const name = textOf(next(), little);
  const arrays = (length: number): MatValue[] => Array.from({ length }, () => arrayOf(next().bytes, little)[1]);
  switch (flags! & 0xff) {
    case 1:
      return [name, { cells: arrays(count) }];
    case 2: {
      const [width] = numbersOf(next(), little);
      const names = textOf(next(), little).match(new RegExp(`[^]{${width}}`, 'g')) ?? [];
      const fields = names.map((field) => field.replace(/\0[^]*$/, ''));
      const structs = Array.from({ length: count }, () => {
        const values = arrays(fields.length);
        return Object.fromEntries(fields.map((field, index) => [field, values[index]!]));
      });
      return [name, structs];
    }
    case 4:
      return [name, count === 0 ? '' : textOf(next(), little)];
    default:
      return [name, numbersOf(next(), little)];
  }
}

function textOf(element: Element, little: boolean): string {
  if (element.type === 16) return new TextDecoder().decode(element.bytes);
  return String.fromCharCode(...numbersOf(element, little));
}
