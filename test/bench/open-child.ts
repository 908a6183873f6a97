// Makes and opens a long csv data set, for the bench `open`: `make FOLDER` writes it, `open FOLDER` answers with JSON
// how long opening took.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStreams } from '../../framework/base/random/random-streams.ts';
import csv from '../../plugins/datasets/csv/index.ts';

const rows = 5_000_000;
const part = 50_000;
const landmarks = 81_313;
const [command, folder] = process.argv.slice(2) as [string, string];

/**
 * The layout of Google Landmarks, a long tail; the images of a folder share a file, since five million would take
 * minutes to make.
 */
function make(): void {
  const digits = [...'0123456789abcdef'];
  for (const place of digits.flatMap((a) => digits.flatMap((b) => digits.map((c) => join(folder, 'train', a, b, c))))) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'image.jpg'), 'looked for, not decoded');
  }
  const random = new RandomStreams(1).stream('open');
  const file = join(folder, 'train.csv');
  writeFileSync(file, 'id,url,landmark_id\n');
  for (let begin = 0; begin < rows; begin += part) {
    const id = (): string =>
      random
        .integer(2 ** 32)
        .toString(16)
        .padStart(8, '0');
    appendFileSync(
      file,
      Array.from(
        { length: part },
        (_, row) =>
          `${id()}${id()},https://example.org/${begin + row}.jpg,${Math.floor(landmarks * random.uniform() ** 3)}\n`,
      ).join(''),
    );
  }
}

async function open(): Promise<void> {
  const options = csv.schema.parse({
    file: 'train.csv',
    path: 'train',
    image: '{id:0}/{id:1}/{id:2}/image.jpg',
    label: 'landmark_id',
    split: [0.98, 0.02],
    size: 32,
    memory: 'never',
  });
  const began = performance.now();
  const dataset = await csv.create(options, {
    streams: new RandomStreams(1),
    baseDirectory: folder,
    cacheDirectory: join(folder, 'cache'),
  });
  const milliseconds = performance.now() - began;
  process.stdout.write(
    `${JSON.stringify({ milliseconds, images: (dataset.split('train')?.length ?? 0) + (dataset.split('test')?.length ?? 0), peak: process.resourceUsage().maxRSS / 1024 })}\n`,
  );
  await dataset.close?.();
}

if (command === 'make') make();
else await open();
