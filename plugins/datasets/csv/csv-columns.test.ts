import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RandomStreams, type Dataset } from 'ablate-ml';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import plugin from './index.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-columns-'));
afterAll(() => rmSync(root, { recursive: true }));
for (const name of ['a', 'b', 'c', 'd e'].map((stem) => `img/${stem}.png`)) {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(
    path.join(root, name),
    await sharp({ create: { width: 4, height: 3, channels: 3, background: '#888' } })
      .png()
      .toBuffer(),
  );
}

const make = async (text: string, options: object): Promise<Dataset> => {
  writeFileSync(path.join(root, 'list.csv'), text);
  return plugin.create(plugin.schema.parse({ file: 'list.csv', path: 'img', split: [1, 0], ...options }), {
    streams: new RandomStreams(1),
    baseDirectory: root,
    cacheDirectory: root,
  });
};
const trained = async (text: string, options: object) => {
  const dataset = await make(text, options);
  await dataset.close!();
  const split = dataset.split('train')!;
  return {
    images: Array.from(split.labels, (label, index) => `${split.source!(index)} ${split.classNames[label]}`),
    columns: split.columns!,
  };
};

describe('columns of csv', () => {
  it('reads labels, several labels, numbers, boxes and vectors by name', async () => {
    const text =
      'path,label,kind,camera,tags,weight,x,y,w,h,vector\n' +
      'a.png,1,bird,c2,red big,0.5,1,0,2,3,0.25 -1\n' +
      'b.png,2,,c10,,,,,,,2 3\n' +
      'c.png,1,fish,c2,big,2,0,0,4,1,0 0\n';
    const { columns } = await trained(text, {
      columns: {
        superclass: { kind: 'label', from: 'kind' },
        camera: 'label',
        tags: { kind: 'labels' },
        weight: 'number',
        box: { kind: 'box', from: ['x', 'y', 'w', 'h'], form: 'size' },
        vector: 'vector',
      },
    });
    expect(columns).toEqual({
      superclass: { kind: 'label', values: Int32Array.of(0, -1, 1), names: ['bird', 'fish'] },
      camera: { kind: 'label', values: Int32Array.of(0, 1, 0), names: ['c2', 'c10'] },
      tags: { kind: 'labels', values: Int32Array.of(1, 0, 0), ends: Uint32Array.of(2, 2, 3), names: ['big', 'red'] },
      weight: { kind: 'number', values: Float64Array.of(0.5, NaN, 2) },
      box: { kind: 'box', values: Float64Array.of(1, 0, 3, 3, NaN, NaN, NaN, NaN, 0, 0, 4, 1) },
      vector: { kind: 'vector', dim: 2, values: Float32Array.of(0.25, -1, 2, 3, 0, 0) },
    });
  });

  it('reads a file without a header, of cells between blanks, after lines that do not count', async () => {
    const text = '2\nimage_name   item_id   evaluation\na.png    7   north\nb.png 8 \t south\n';
    const options = { delimiter: 'blanks', skipLines: 2, header: false, image: '{0}', label: 1 };
    const { images, columns } = await trained(text, { ...options, columns: { side: { kind: 'label', from: 2 } } });
    expect(images).toEqual(['a.png 7', 'b.png 8']);
    expect(columns.side).toMatchObject({ values: Int32Array.of(0, 1), names: ['north', 'south'] });
  });

  it('reads other delimiters and quotes, and none', async () => {
    expect((await trained("path;label\n'd e.png';1\na.png;2\n", { delimiter: ';', quote: "'" })).images).toEqual([
      'd e.png 1',
      'a.png 2',
    ]);
    expect((await trained('path\tlabel\na.png\t"1\nb.png\t2\n', { delimiter: '\t', quote: null })).images).toEqual([
      'a.png "1',
      'b.png 2',
    ]);
  });

  it('takes each id of a list for an image, in one cell or to the end of the line', async () => {
    const wanted = ['a.png 5', 'b.png 5', 'c.png 6'];
    const inCells = { image: '{images}.png', label: 'id', list: { column: 'images' } };
    expect((await trained('id,images\n5,a b\n6,c\n', inCells)).images).toEqual(wanted);
    const ragged = { image: '{1}.png', label: 0, header: false, list: { column: 1, separator: null } };
    expect((await trained('5,a,b\n6,c\n', ragged)).images).toEqual(wanted);
  });

  it('refuses what is not of a kind, with line and remedy', async () => {
    const columns = { weight: 'number', box: 'box' };
    await expect(make('path,label,weight,box\na.png,1,heavy,0 0 1 1\n', { columns })).rejects.toThrow(
      /list\.csv:2 has "heavy" in the column weight, which is to hold a number\.\n.*another kind/,
    );
    await expect(make('path,label,weight,box\na.png,1,1,0 0 1 1 5\n', { columns })).rejects.toThrow(
      'has "0 0 1 1 5" in the column box, which is to hold 4 numbers',
    );
    await expect(make('path,label\na.png,1\n', { columns })).rejects.toThrow('has no column weight');
    await expect(make('path;label\na.png;1\n', {})).rejects.toThrow('write delimiter: ";"');
    await expect(make('path,label,weight\na.png,1,2\na.png,1,3\n', { columns: { weight: 'number' } })).rejects.toThrow(
      'lists a.png as 1, weight 3, which line 2 lists as 1, weight 2',
    );
  });

  it('says before anything is read which columns there are', () => {
    const options = plugin.schema.parse({
      file: 'x.csv',
      path: '.',
      columns: { weight: 'number', c: { kind: 'label' } },
    });
    expect(plugin.columns!(options)).toEqual({ weight: 'number', c: 'label' });
  });

  it('tells data sets apart by their columns', async () => {
    const digest = async (text: string, options: object): Promise<string> => {
      const dataset = await make(text, options);
      await dataset.close!();
      return dataset.provenance.digest;
    };
    const columns = { weight: 'number' };
    const first = await digest('path,label,weight\na.png,1,2\nb.png,2,2\n', { columns });
    expect(await digest('path,label,weight\na.png,1,2\nb.png,2,2\n', { columns })).toBe(first);
    expect(await digest('path,label,weight\na.png,1,2\nb.png,2,3\n', { columns })).not.toBe(first);
  });
});
