// node framework/app/bin/ts.mjs experiments/scale/make-landmarks.ts FOLDER [--classes N] [--images N] [--power A]
// [--drawings N] [--size N] [--seed N]
import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { RandomStreams } from 'ablate-ml';
import sharp from 'sharp';
import { ZipFile } from 'yazl';
import { inventCharacter } from '../../plugins/datasets/glyphs/alphabet.ts';
import { write } from '../../plugins/datasets/glyphs/handwriting.ts';
import { ink } from '../../plugins/datasets/glyphs/ink.ts';

const text = (standard: string) => ({ type: 'string' as const, default: standard });
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    classes: text('81313'),
    images: text('400000'),
    power: text('0.9'),
    drawings: text('0'),
    size: text('32'),
    seed: text('0'),
  },
});
const [folder] = positionals;
const [classes, images, power, drawings, size, seed] = [
  values.classes,
  values.images,
  values.power,
  values.drawings,
  values.size,
  values.seed,
].map(Number) as [number, number, number, number, number, number];
if (folder === undefined || !(classes >= 1) || !(images >= classes)) {
  process.stderr.write(
    'Say which folder to write into, and ask for an image a class at least: make-landmarks.ts FOLDER --classes N --images M\n',
  );
  process.exit(2);
}

/**
 * Images of each class: one, and a share of the others by (class + 1)^−power, so that a few classes have thousands and
 * most a handful.
 */
function longTail(): Int32Array {
  const shares = Float64Array.from({ length: classes }, (_, label) => (label + 1) ** -power);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  let [owed, given] = [0, 0];
  return Int32Array.from(shares, (share) => {
    // What rounding leaves over goes on to the next class, so that the sum is kept.
    owed += ((images - classes) * share) / whole;
    const more = Math.round(owed) - given;
    given += more;
    return 1 + more;
  });
}

const streams = new RandomStreams(seed, 'landmarks/');
/**
 * The drawing that an image shows: its own, or with `--drawings` one of so many that all images share, which is fast
 * and teaches nothing.
 */
const drawingOf = (label: number, copy: number): readonly [label: number, copy: number] =>
  drawings === 0 ? [label, copy] : [(label + copy) % drawings, 0];
/** An image's name as the data set has it: sixteen hexadecimal digits. */
const nameOf = (label: number, copy: number): string =>
  createHash('sha256').update(`${seed} ${label} ${copy}`).digest('hex').slice(0, 16);

function jpegOf(label: number, copy: number): Promise<Buffer> {
  const random = streams.stream('copy', label, copy);
  return sharp(ink(write(inventCharacter(streams, label), 1, random), size, 1, random), {
    raw: { width: size, height: size, channels: 1 },
  })
    .jpeg({ quality: 90 })
    .toBuffer();
}

mkdirSync(folder, { recursive: true });
const order = streams
  .stream('order')
  .shuffle(
    Array.from(longTail(), (count, label) => Array.from({ length: count }, (_, copy) => [label, copy] as const)).flat(),
  );
/** The state of an entry of which all has been written but its line in the directory. */
const WRITTEN = 3;
// yazl looks through all its entries for each one that it writes, which would take an hour: those that are written wait
// elsewhere for the directory.
const zip = new ZipFile() as ZipFile & { entries: { readonly state: number }[] };
const directory: typeof zip.entries = [];
const written = pipeline(zip.outputStream, createWriteStream(path.join(folder, 'train.zip')));
const rows = ['id,url,landmark_id'];
/** JPEG bytes of the drawings that many images share. */
const shared = new Map<string, Promise<Buffer>>();
for (let begin = 0; begin < order.length; begin += 256) {
  const some = order.slice(begin, begin + 256);
  const jpegs = await Promise.all(
    some.map(([label, copy]) => {
      const drawing = drawingOf(label, copy);
      const known = shared.get(drawing.join(' ')) ?? jpegOf(...drawing);
      if (drawings > 0) shared.set(drawing.join(' '), known);
      return known;
    }),
  );
  for (const [place, [label, copy]] of some.entries()) {
    const name = nameOf(label, copy);
    rows.push(`${name},,${label}`);
    zip.addBuffer(jpegs[place]!, `${name[0]}/${name[1]}/${name[2]}/${name}.jpg`, {
      compress: false,
      mtime: new Date(0),
    });
  }
  while (zip.entries.some(({ state }) => state < WRITTEN)) await setImmediate();
  for (const entry of zip.entries.splice(0)) directory.push(entry);
}
zip.entries = directory;
zip.end();
await written;
writeFileSync(path.join(folder, 'train.csv'), `${rows.join('\n')}\n`);
process.stdout.write(`${folder}: ${order.length} images of ${classes} classes\n`);
