import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { RandomStreams, type Dataset, type Role } from 'ablate-ml';
import { splitLists } from 'ablate-ml/data';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import plugin from './index.ts';
import { expandBraces } from './shard-files.ts';
import { readTarIndex } from './tar-index.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-tar-'));
afterAll(() => rmSync(root, { recursive: true }));
const make = async (options: object): Promise<Dataset> =>
  plugin.create(plugin.schema.parse({ color: 'gray', ...options }), {
    streams: new RandomStreams(1),
    baseDirectory: root,
    cacheDirectory: root,
  });
const listed = (dataset: Dataset, role: Role): string[] => {
  const split = dataset.split(role);
  return Array.from(
    { length: split?.length ?? 0 },
    (_, index) => `${split!.source!(index)} ${split!.classNames[split!.labels[index]!]}`,
  );
};

/** A tar file by the ustar standard. */
const tar = (
  name: string,
  files: readonly (readonly [name: string, content: Buffer | string, type?: string])[],
): string => {
  const blocks = files.flatMap(([entry, content, type = '0']) => {
    const bytes = Buffer.from(content as string);
    const header = Buffer.alloc(512);
    header.write(entry, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(type, 156);
    header.write('ustar\0' + '00', 257);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), Buffer.concat([...blocks, Buffer.alloc(1024)]));
  return name;
};
const png = await Promise.all(
  [0, 51, 255].map((value) =>
    sharp({ create: { width: 2, height: 2, channels: 3, background: { r: value, g: value, b: value } } })
      .png()
      .toBuffer(),
  ),
);

describe('webdataset', () => {
  it('reads samples of several shards with classes as text, each role its own shards', async () => {
    tar('s-00.tar', [
      ['./', '', '5'],
      ['a/1.png', png[0]!],
      ['a/1.cls', '7\n'],
      ['a/2.cls', '10'],
      ['a/2.png', png[1]!],
      ['a/.hidden', 'x'],
      ['README', 'no sample'],
    ]);
    tar('s-01.tar', [
      ['b.v2.cls', 'other'],
      ['b.cls', '7'],
      ['b.seg.png', png[2]!],
    ]);
    tar('held/t.tar', [
      ['c.png', png[2]!],
      ['c.cls', '10'],
    ]);
    const dataset = await make({ train: 's-{00..01}.tar', test: 'held' });
    expect([listed(dataset, 'train'), listed(dataset, 'test')]).toEqual([
      ['s-00.tar/a/1.png 7', 's-00.tar/a/2.png 10', 's-01.tar/b.seg.png 7'],
      ['t.tar/c.png 10'],
    ]);
    expect(dataset.split('train')!.classNames).toEqual(['7', '10']);
    const pixels = await dataset.split('train')!.images(Int32Array.of(2, 1, 0));
    expect([pixels[0], pixels[4], pixels[8]]).toEqual([1, Math.fround(-0.6), -1]);
    await dataset.close!();
  });

  it('reads classes from an entry of a .json file, and splits by a rule', async () => {
    const shard = tar(
      'json.tar',
      [0, 1, 2, 3].flatMap(
        (sample) =>
          [
            [`${sample}.png`, png[0]!],
            [`${sample}.json`, JSON.stringify({ who: `p${sample % 2}` })],
          ] as const,
      ),
    );
    const dataset = await make({
      train: shard,
      label: 'json:who',
      split: { by: 'class', shares: [1, 1] },
      openSet: true,
    });
    expect([listed(dataset, 'train'), listed(dataset, 'test')]).toEqual([
      ['json.tar/0.png p0', 'json.tar/2.png p0'],
      ['json.tar/1.png p1', 'json.tar/3.png p1'],
    ]);
    await dataset.close!();
  });

  it('reads its own split lists back where names differ in a shard alone', async () => {
    for (const shard of ['n/0.tar', 'n/1.tar'])
      tar(
        shard,
        [0, 1, 2].flatMap(
          (sample) =>
            [
              [`${sample}.png`, png[sample]!],
              [`${sample}.cls`, `${sample}`],
            ] as const,
        ),
      );
    const first = await make({ train: 'n', split: [0.5, 0.5] });
    const lists = splitLists(first);
    for (const role of ['train', 'test'] as const) writeFileSync(path.join(root, `${role}.txt`), lists.get(role)!);
    const again = await make({ train: 'n', split: { by: 'list', train: 'train.txt', test: 'test.txt' } });
    expect([listed(again, 'train'), listed(again, 'test')]).toEqual([listed(first, 'train'), listed(first, 'test')]);
    expect([...listed(again, 'train'), ...listed(again, 'test')].sort()).toEqual([
      '0.tar/0.png 0',
      '0.tar/1.png 1',
      '0.tar/2.png 2',
      '1.tar/0.png 0',
      '1.tar/1.png 1',
      '1.tar/2.png 2',
    ]);
    await first.close!();
    await again.close!();
  });

  it('tells shards of one name apart by their folders', async () => {
    for (const shard of ['p/train/0.tar', 'p/test/0.tar'])
      tar(shard, [
        ['1.png', png[0]!],
        ['1.cls', '1'],
      ]);
    const dataset = await make({ train: 'p/train/0.tar', test: 'p/test/0.tar' });
    expect([listed(dataset, 'train'), listed(dataset, 'test')]).toEqual([
      ['train/0.tar/1.png 1'],
      ['test/0.tar/1.png 1'],
    ]);
    await dataset.close!();
    await expect(make({ train: 'p/train/0.tar', test: 'p/train' })).rejects.toThrow(
      '0.tar is named twice among the shards',
    );
  });

  it('reads long names as GNU and pax write them', () => {
    const long = `${'folder/'.repeat(30)}x.png`;
    const record = ` path=${long}\n`;
    const pax = `${record.length + 3}${record}`;
    const shard = tar('long.tar', [
      ['././@LongLink', `${long}\0`, 'L'],
      ['cut', 'one'],
      ['attributes', pax, 'x'],
      ['cut', 'two'],
      ['plain', 'three'],
    ]);
    expect(readTarIndex(path.join(root, shard)).map(({ name, size }) => [name, size])).toEqual([
      [long, 3],
      [long, 3],
      ['plain', 5],
    ]);
  });

  it.each([
    ['a-{08..11}.tar', ['a-08.tar', 'a-09.tar', 'a-10.tar', 'a-11.tar']],
    ['{x,y}{1..2}', ['x1', 'x2', 'y1', 'y2']],
    ['plain', ['plain']],
  ])('expands %s', (pattern, names) => expect(expandBraces(pattern)).toEqual(names));

  it.each(['{0..999999}{0..9}', `${'{a,b}'.repeat(60)}`, '{0..99}'.repeat(200)])(
    'refuses %s, which stands for too many files, before it counts them up',
    (pattern) => {
      expect(() => expandBraces(pattern)).toThrow(
        expect.objectContaining({ code: 'PLUGIN_OPTIONS', message: expect.stringContaining('files') }),
      );
    },
  );

  it.each([
    [
      'a file that stands twice',
      [
        ['1.png', 'x'],
        ['1.cls', '1'],
        ['1.png', 'y'],
      ],
      {},
      /bad\.tar holds 1\.png twice/,
    ],
    [
      'a class that is not UTF-8',
      [
        ['1.png', 'x'],
        ['1.cls', Buffer.from('Köln', 'latin1')],
      ],
      {},
      /bad\.tar, 1\.cls:1 is not UTF-8 text/,
    ],
    ['a sample without an image', [['1.cls', '1']], {}, /bad\.tar: sample 1 has no image; it has cls\./],
    [
      'a sample without a class',
      [
        ['1.png', 'x'],
        ['1.txt', 'x'],
      ],
      {},
      /bad\.tar: sample 1 has no file that ends in \.cls; it has png, txt/,
    ],
    [
      'an empty class',
      [
        ['1.png', 'x'],
        ['1.cls', ' '],
      ],
      {},
      /sample 1 has an empty \.cls file/,
    ],
    [
      'a broken .json file',
      [
        ['1.png', 'x'],
        ['1.json', '{'],
      ],
      { label: 'json:a' },
      /sample 1 has a \.json file that is none/,
    ],
    [
      'a .json file without the entry',
      [
        ['1.png', 'x'],
        ['1.json', '{"b": 1}'],
      ],
      { label: 'json:a' },
      /sample 1 has a \.json file without a text or number a/,
    ],
  ] as const)('refuses %s', async (_, files, options, message) => {
    await expect(make({ train: tar('bad.tar', files), ...options })).rejects.toThrow(message);
  });

  it('refuses what is cut off, packed, no tar file or not there', async () => {
    const shard = tar('cut.tar', [
      ['1.png', png[0]!],
      ['1.cls', '1'.repeat(600)],
    ]);
    truncateSync(path.join(root, shard), 2100);
    await expect(make({ train: shard })).rejects.toThrow('cut.tar ends after 2100 bytes, within the 600 bytes at');
    writeFileSync(
      path.join(root, 'packed.tar'),
      gzipSync(Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251))),
    );
    await expect(make({ train: 'packed.tar' })).rejects.toThrow(
      /packed\.tar (has no tar header at 0|ends after \d+ bytes)/,
    );
    await expect(make({ train: 'absent-{0..1}.tar' })).rejects.toThrow('There is no readable file');
    await expect(make({ train: 's-{9..1}.tar' })).rejects.toThrow('{9..1} counts from 9 to 1');
  });
});
