import { AblateError, z, type Column, type ColumnKind } from 'ablate-ml';
import { labelColumn, labelsColumn, TextTable, type FlatTable } from 'ablate-ml/data';

/** A column by its name, or by its position from 0 in a file without a header. */
export const columnName = z.union([z.string().min(1), z.number().int().min(0)]);

const separator = z.string().min(1).default(' ');

/** What an entry of `columns` may say; the kind alone means the column of the same name. */
export const columnForm = z.union([
  z.enum(['label', 'labels', 'number', 'box', 'vector']),
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['label', 'number']), from: columnName.optional() }),
    z.strictObject({ kind: z.enum(['labels', 'vector']), from: columnName.optional(), separator }),
    z.strictObject({
      kind: z.literal('box'),
      from: z.union([columnName, z.tuple([columnName, columnName, columnName, columnName])]).optional(),
      separator,
      form: z.enum(['corners', 'size']).default('corners'),
    }),
  ]),
]);

/** What `columnForm` gives. */
export type ColumnForm = z.output<typeof columnForm>;

/** Reads one column of a data set from the cells of a file, row by row. */
export interface ColumnReader {
  readonly kind: ColumnKind;
  /** Columns of the file that it reads. */
  readonly from: readonly (string | number)[];
  /**
   * Takes the cells of a row.
   *
   * @param place file and line, for messages
   * @throws AblateError DATA_INVALID where they are not of the kind
   */
  push(cells: readonly string[], place: string): void;
  /** What a row says, to tell rows apart. */
  text(row: number): string;
  /** The column at some rows, for a listing. */
  at(rows: Int32Array): FlatTable;
}

/** Makes the reader of an entry of `columns`. */
export function columnReader(name: string, form: ColumnForm): ColumnReader {
  const { kind, from = name, ...more } = typeof form === 'string' ? { kind: form } : form;
  const between = 'separator' in more ? more.separator : ' ';
  const common = { kind, from: Array.isArray(from) ? from : [from] };
  switch (kind) {
    case 'label':
      return { ...common, ...textReader((texts) => labelColumn(texts)) };
    case 'labels':
      return {
        ...common,
        ...textReader((texts) => labelsColumn(texts.map((text) => text.split(between).filter(Boolean)))),
      };
    case 'number':
      return { ...common, ...numberReader({ name, of: (cells) => numbersOf(cells), length: 1 }) };
    case 'vector':
      return { ...common, ...numberReader({ name, of: ([cell]) => numbersOf(cell!.split(between).filter(Boolean)) }) };
    case 'box': {
      const size = 'form' in more && more.form === 'size';
      const of = (cells: readonly string[]): number[] => {
        const split = cells.length > 1 ? cells : cells[0]!.split(between).filter(Boolean);
        // An image without a box has empty cells.
        const [x = NaN, y = NaN, right = NaN, bottom = NaN, ...others] = numbersOf(split);
        return size ? [x, y, x + right, y + bottom, ...others] : [x, y, right, bottom, ...others];
      };
      return { ...common, ...numberReader({ name, of, length: 4 }) };
    }
  }
}

/** Numbers of cells, NaN for an empty one, undefined where one is no number. */
const numbersOf = (cells: readonly string[]): number[] =>
  cells.map((cell) => (cell.trim() === '' ? NaN : Number.isFinite(Number(cell)) ? Number(cell) : Infinity));

type Reading = Pick<ColumnReader, 'push' | 'text' | 'at'>;

function textReader(columnOf: (texts: readonly string[]) => Column): Reading {
  // Cells of long files repeat: each text is kept once.
  const known = new Map<string, string>();
  const texts: string[] = [];
  return {
    push([cell]) {
      if (!known.has(cell!)) known.set(cell!, cell!);
      texts.push(known.get(cell!)!);
    },
    text: (row) => texts[row]!,
    at: (rows) => flatColumn(columnOf(Array.from(rows, (row) => texts[row]!))),
  };
}

function numberReader({
  name,
  of,
  length,
}: {
  readonly name: string;
  readonly of: (cells: readonly string[]) => number[];
  /** Numbers a row; as many as the first has unless given. */
  readonly length?: number;
}): Reading {
  const values: number[] = [];
  let dim = length;
  const rowAt = (row: number): number[] => values.slice(row * dim!, (row + 1) * dim!);
  return {
    push(cells, place) {
      const numbers = of(cells);
      dim ??= numbers.length;
      if (numbers.length !== dim || numbers.includes(Infinity))
        throw new AblateError(
          'DATA_INVALID',
          `${place} has ${JSON.stringify(cells.join(' '))} in the column ${name}, which is to hold ${dim === 1 ? 'a number' : `${dim} numbers`}.`,
          { remedy: 'Leave the cell empty where nothing is known, or give the column another kind in columns.' },
        );
      values.push(...numbers);
    },
    text: (row) => rowAt(row).join(' '),
    at: (rows) => ({ values: Float64Array.from(Array.from(rows, rowAt).flat()) }),
  };
}

const flatColumn = (column: Column): FlatTable => ({
  values: column.values as Int32Array,
  ...('names' in column && { names: TextTable.of(column.names) }),
  ...('ends' in column && { ends: column.ends }),
});

/** Restores a column from what a listing keeps of it. */
export function listedColumn(kind: ColumnKind, { values, names, ends }: FlatTable, rows: number): Column {
  switch (kind) {
    case 'label':
      return { kind, values: values as Int32Array, names: [...(names as TextTable)] };
    case 'labels':
      return { kind, values: values as Int32Array, ends: ends as Uint32Array, names: [...(names as TextTable)] };
    case 'vector':
      return { kind, values: Float32Array.from(values as Float64Array), dim: rows === 0 ? 0 : values!.length / rows };
    default:
      return { kind, values: values as Float64Array };
  }
}
