import { RandomStreams, z, type Dataset, type Role } from 'ablate-ml';
import { datasetOf, digestOf, splitOf, type ImageStore } from 'ablate-ml/data';
import { inventCharacter, type Stroke } from './alphabet.ts';
import { write } from './handwriting.ts';
import { ink } from './ink.ts';

export const options = z.strictObject({
  classes: z.number().int().min(2).max(100_000).default(10).describe('characters to tell apart, seen in training'),
  imagesPerClass: z.number().int().min(1).default(600).describe('training images of each class'),
  validationPerClass: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('validation images of each class; 0 for no such split'),
  testPerClass: z
    .number()
    .int()
    .min(0)
    .default(100)
    .describe('test images of each class; with 0, `test` holds the probes of the unseen classes'),
  unseenClasses: z
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(0)
    .describe('further characters that training never sees, in `gallery` and `probe`'),
  unseenPerClass: z
    .number()
    .int()
    .min(1)
    .default(20)
    .describe('probe images of each unseen class, beside one in the gallery'),
  size: z.number().int().min(12).max(512).default(28).describe('side of the images in pixels'),
  jitter: z.number().min(0).max(3).default(1).describe('how much the hand varies; 0 draws every copy alike'),
  seed: z.number().int().default(0).describe("seed of the alphabet and the hand, apart from the run's seed"),
});

/** Options of the data set, defaults filled in. */
export type GlyphsOptions = z.output<typeof options>;

/** Part of the digest; raise it with every change that changes a pixel. */
const drawingVersion = 1;

/** More bytes than this are drawn anew each time instead of kept. */
const keptBytes = 2 ** 30;

/** One image: the copy of a class's character that is written for a role. */
interface Copy {
  readonly role: Role;
  readonly label: number;
  readonly copy: number;
}

/** Draws the data set. An image is drawn when it is first asked for. */
export function glyphs(options: GlyphsOptions): Dataset {
  const { classes, unseenClasses, testPerClass, unseenPerClass } = options;
  const classNames = Array.from({ length: classes + unseenClasses }, (_, index) => `glyph ${index}`);
  const copies = (role: Role, label: number, perClass: number): Copy[] =>
    Array.from({ length: perClass }, (_, copy) => ({ role, label, copy }));
  const all = classNames.flatMap((_, label) =>
    label < classes
      ? [
          ...copies('train', label, options.imagesPerClass),
          ...copies('validation', label, options.validationPerClass),
          ...copies('test', label, testPerClass),
        ]
      : [
          ...copies('gallery', label, 1),
          ...copies('probe', label, unseenPerClass),
          ...copies('test', label, testPerClass > 0 ? 0 : unseenPerClass),
        ],
  );
  const store = glyphStore(all, options);
  const roles = [...new Set(all.map(({ role }) => role))];
  return datasetOf({
    store,
    provenance: { digest: digestOf(drawingVersion, { ...options }), source: 'generated' },
    splits: roles.map((role) => {
      const rows = Int32Array.from(all.keys()).filter((row) => all[row]!.role === role);
      const names = role === 'train' ? classNames.slice(0, classes) : classNames;
      return splitOf(role, { store, rows, labels: rows.map((row) => all[row]!.label), classNames: names });
    }),
  });
}

function glyphStore(all: readonly Copy[], { size, jitter, seed }: GlyphsOptions): ImageStore {
  const streams = new RandomStreams(seed, 'glyphs/');
  const alphabet = new Map<number, readonly Stroke[]>();
  const draw = ({ role, label, copy }: Copy): Uint8Array => {
    const character = alphabet.get(label) ?? inventCharacter(streams, label);
    alphabet.set(label, character);
    const random = streams.stream(role, label, copy);
    return ink(write(character, jitter, random), size, jitter, random);
  };
  const area = size * size;
  const kept = all.length * area <= keptBytes ? new Map<number, Uint8Array>() : undefined;
  return {
    shape: [size, size, 1],
    source: (row) => `${all[row]!.role} ${all[row]!.copy} of glyph ${all[row]!.label}`,
    pixels(rows) {
      const bytes = new Uint8Array(rows.length * area);
      rows.forEach((row, index) => {
        const image = kept?.get(row) ?? draw(all[row]!);
        kept?.set(row, image);
        bytes.set(image, index * area);
      });
      return bytes;
    },
  };
}
