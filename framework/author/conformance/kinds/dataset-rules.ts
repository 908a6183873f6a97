import type { Dataset, Role, Split } from '../../../contracts/dataset.ts';
import { inspectPlugin } from '../../../plugins/inspect-plugin.ts';
import { entryOf } from '../rules/entry-of.ts';
import { broken, holds, notApplicable, reasonOf, type Finding, type Rule } from '../rules/rule.ts';
import type { Subject } from './subject.ts';

const roles: readonly Role[] = ['train', 'validation', 'test', 'gallery', 'probe', 'distractors', 'pairs'];
/** Images of a split that are looked at. */
const LOOKED_AT = 48;
/** Share of equal pixels between two splits that real data may have by accident. */
const ACCIDENTAL = 0.02;

const context = { baseDirectory: process.cwd(), cacheDirectory: process.cwd() };

async function withDataset<T>(
  subject: Subject<'dataset'>,
  body: (dataset: Dataset, splits: readonly Split[]) => Promise<T>,
  seed?: number,
): Promise<T> {
  const dataset = await subject.make(context, seed);
  try {
    return await body(
      dataset,
      roles.flatMap((role) => dataset.split(role) ?? []),
    );
  } finally {
    await dataset.close?.();
  }
}

/** Indices spread over the split, first and last among them. */
function spread({ length }: Split): Int32Array {
  const count = Math.min(LOOKED_AT, length);
  return Int32Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.round((index * (length - 1)) / (count - 1)),
  );
}

const hashOf = (pixels: ArrayLike<number>): string => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < pixels.length; index++)
    hash = Math.imul(hash ^ Math.round(pixels[index]! * 1e4), 0x01000193);
  return String(hash);
};

/** What identifies each of the looked-at images: where it came from, else its pixels. */
async function identities(split: Split, size: number): Promise<{ bySource: boolean; names: string[] }> {
  if (split.source)
    return { bySource: true, names: Array.from({ length: split.length }, (_, index) => split.source!(index)) };
  const names: string[] = [];
  for (let start = 0; start < Math.min(split.length, 2000); start += LOOKED_AT) {
    const indices = Int32Array.from({ length: Math.min(LOOKED_AT, split.length - start) }, (_, index) => start + index);
    const pixels = await split.images(indices);
    for (let index = 0; index < indices.length; index++)
      names.push(hashOf(pixels.subarray(index * size, (index + 1) * size)));
  }
  return { bySource: false, names };
}

/**
 * `test`, `gallery`, `probe` and `pairs` may be views of the same test images; an identification's roles and what was
 * trained on may not.
 */
function mustDiffer(one: Role, other: Role): boolean {
  const identification: readonly Role[] = ['gallery', 'probe', 'distractors'];
  const training: readonly Role[] = ['train', 'validation'];
  return (
    training.includes(one) ||
    training.includes(other) ||
    (identification.includes(one) && identification.includes(other))
  );
}

const eachSplit = (splits: readonly Split[], look: (split: Split) => Promise<Finding>): Promise<Finding[]> =>
  splits.reduce<Promise<Finding[]>>(
    async (before, split) => [...(await before), await look(split)],
    Promise.resolve([]),
  );

/** What every data set must satisfy. */
export const datasetRules: readonly Rule<Subject<'dataset'>>[] = [
  {
    name: 'every label is a class',
    why: 'A label outside the class names trains a column that stands for nothing, or reads outside the class weights.',
    find: (subject) =>
      withDataset(subject, (_, splits) =>
        eachSplit(splits, async (split) => {
          if (split.labels.length !== split.length)
            return broken(split.role, `There are ${split.labels.length} labels for ${split.length} images.`);
          const lowest = split.role === 'train' ? 0 : -1;
          const bad = split.labels.findIndex((label) => !(label >= lowest && label < split.classNames.length));
          return bad < 0
            ? holds(split.role, `${split.length} images of ${split.classNames.length} classes`)
            : broken(
                `${split.role}, image ${bad}`,
                `The label is ${split.labels[bad]}; allowed are ${lowest} … ${split.classNames.length - 1}.`,
              );
        }),
      ),
  },
  {
    name: 'images have the declared shape and lie in [−1, 1]',
    why: 'Backbones are scaled for that range; others saturate them and cannot be compared with published numbers.',
    find: (subject) =>
      withDataset(subject, ({ imageShape }, splits) =>
        eachSplit(splits, async (split) => {
          const size = imageShape[0] * imageShape[1] * imageShape[2];
          const indices = spread(split);
          const pixels = await split.images(indices);
          if (pixels.length !== indices.length * size)
            return broken(
              split.role,
              `${indices.length} images give ${pixels.length} numbers instead of ${indices.length} · ${imageShape.join(' · ')}.`,
            );
          const bad = pixels.findIndex((pixel) => !(pixel >= -1 && pixel <= 1));
          return bad < 0
            ? holds(split.role, `${indices.length} images of ${imageShape.join(' × ')}`)
            : broken(`${split.role}, image ${indices[Math.floor(bad / size)]}`, `A pixel is ${pixels[bad]}.`);
        }),
      ),
  },
  {
    name: 'the same seed, index and epoch give the same pixels, in any order and company',
    why: 'Two runs of one seed, or a run and its resumption, would train on different data.',
    find: (subject) =>
      withDataset(subject, ({ imageShape }, splits) =>
        withDataset(subject, async (again) =>
          eachSplit(splits, async (split) => {
            const size = imageShape[0] * imageShape[1] * imageShape[2];
            const indices = spread(split).slice(0, 8);
            const other = again.split(split.role);
            if (!other || String(other.labels) !== String(split.labels))
              return broken(split.role, 'A second data set of the same seed has other labels.');
            for (const epoch of [undefined, 0, 3]) {
              const together = await split.images(indices, epoch);
              const backwards = await other.images(indices.slice().reverse(), epoch);
              for (const [position, index] of indices.entries()) {
                const place = indices.length - 1 - position;
                const [one, two] = [
                  together.subarray(position * size, (position + 1) * size),
                  backwards.subarray(place * size, (place + 1) * size),
                ];
                const differs = one.some((pixel, at) => pixel !== two[at]);
                if (differs)
                  return broken(
                    `${split.role}, image ${index}, ${epoch === undefined ? 'no epoch' : `epoch ${epoch}`}`,
                    'Read a second time, in another order, it has other pixels.',
                  );
              }
            }
            return holds(split.role, `${indices.length} images, 3 ways`);
          }),
        ),
      ),
  },
  {
    name: 'training, validation and evaluation share no image, nor gallery, probes and distractors',
    why: 'A test image that was trained on measures memory, and every reported number is too good.',
    find: (subject) =>
      withDataset(subject, async ({ imageShape }, splits) => {
        const size = imageShape[0] * imageShape[1] * imageShape[2];
        const named = await Promise.all(splits.map((split) => identities(split, size)));
        const findings: Finding[] = [];
        for (const [one, first] of splits.entries()) {
          for (const [other, second] of splits.entries()) {
            if (other <= one || !mustDiffer(first.role, second.role)) continue;
            const where = `${first.role} and ${second.role}`;
            const held = new Set(named[one]!.names);
            const shared = named[other]!.names.filter((name) => held.has(name));
            const allowed = named[one]!.bySource ? 0 : ACCIDENTAL * named[other]!.names.length;
            findings.push(
              shared.length > allowed
                ? broken(
                    where,
                    `${shared.length} images are in both${named[one]!.bySource ? `, such as ${shared[0]}` : ' by their pixels'}.`,
                  )
                : holds(where),
            );
          }
        }
        return findings.length > 0 ? findings : [notApplicable('all splits', 'no two of them must differ')];
      }),
  },
  {
    name: 'inspect finds no fault in what can be made',
    why: 'A spec whose data set could be made would be refused before its first run.',
    async find({ manifest, options, location, make }) {
      if (!manifest.inspect) return [notApplicable('inspect', 'it has none')];
      await (await make(context)).close?.();
      try {
        await inspectPlugin(entryOf(manifest, location), options, { ...context, offline: true, warn: () => undefined });
      } catch (error) {
        return [broken('the files of its options', `It throws: ${reasonOf(error)}.`)];
      }
      return [holds('the files of its options')];
    },
  },
  {
    name: 'the digest tells data sets apart',
    why: 'The digest is what a tracking server compares two runs by.',
    find: (subject) =>
      withDataset(subject, async ({ provenance }) => {
        const again = await withDataset(subject, async (other) => other.provenance.digest);
        if (provenance.digest.length < 1 || provenance.digest.length > 36)
          return [
            broken(
              'provenance',
              `The digest "${provenance.digest}" has ${provenance.digest.length} characters; 1 to 36 are allowed.`,
            ),
          ];
        if (again !== provenance.digest)
          return [broken('provenance', `The digest is ${provenance.digest} and, made again, ${again}.`)];
        return [holds('provenance', provenance.digest)];
      }),
  },
];
