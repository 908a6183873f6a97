import { expect, it } from 'vitest';
import { columnAt, columnsAt, folderColumn, labelColumn, labelsColumn } from './columns.ts';

it('numbers texts in natural order, and takes an empty one for none', () => {
  expect(labelColumn(['c10', '', 'c2', 'c10'])).toEqual({
    kind: 'label',
    values: Int32Array.of(1, -1, 0, 1),
    names: ['c2', 'c10'],
  });
});

it('gives columns of every kind at some rows, in their order', () => {
  const rows = Int32Array.of(2, 0, 2);
  const columns = {
    label: labelColumn(['a', 'b', 'c']),
    labels: labelsColumn([['x'], [], ['y', 'x']]),
    number: { kind: 'number' as const, values: Float64Array.of(1, 2, 3) },
    box: { kind: 'box' as const, values: Float64Array.from({ length: 12 }, (_, index) => index) },
    vector: { kind: 'vector' as const, dim: 2, values: Float32Array.of(0, 1, 2, 3, 4, 5) },
  };
  expect(columnsAt(columns, rows)).toEqual({
    label: { ...columns.label, values: Int32Array.of(2, 0, 2) },
    labels: { ...columns.labels, values: Int32Array.of(1, 0, 0, 1, 0), ends: Uint32Array.of(2, 3, 5) },
    number: { kind: 'number', values: Float64Array.of(3, 1, 3) },
    box: { kind: 'box', values: Float64Array.of(8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11) },
    vector: { kind: 'vector', dim: 2, values: Float32Array.of(4, 5, 0, 1, 4, 5) },
  });
  expect(columnAt(columns.labels, new Int32Array(0))).toMatchObject({ ends: new Uint32Array(0) });
});

it('makes superclasses of the folders of class names', () => {
  const images = { labels: Int32Array.of(1, 0, 2, -1), classNames: ['Greek/a', 'Greek/b', 'Latin/a'] };
  expect(folderColumn(images)).toEqual({
    kind: 'label',
    values: Int32Array.of(0, 0, 1, -1),
    names: ['Greek', 'Latin'],
  });
  expect(folderColumn({ ...images, classNames: ['a', 'b', 'c'] })).toBeUndefined();
});
