import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RandomStreams, type Raster } from 'ablate-ml';
import { applyOperation, type OperationName } from 'ablate-ml/augmentations';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';

interface Reference {
  readonly image: string;
  readonly data: string;
}
const references = JSON.parse(readFileSync(new URL('references.json', import.meta.url), 'utf8')) as {
  readonly images: Readonly<
    Record<string, { readonly shape: readonly [number, number, number]; readonly data: string }>
  >;
  readonly cases: readonly (Reference & {
    readonly use: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    readonly tolerance: number;
    readonly shape: readonly [number, number, number];
  })[];
  readonly operations: readonly (Reference & { readonly name: OperationName; readonly magnitude: number })[];
};
const catalogue = await createCatalogue();
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
function imageOf(name: string): Raster {
  const { shape, data } = references.images[name]!;
  const [height, width, channels] = shape;
  return { data: bytes(data), height, width, channels };
}

/** The largest difference between two images of bytes, and how many bytes differ. */
function difference(one: Uint8Array, other: Uint8Array): number {
  expect(one.length).toBe(other.length);
  return one.reduce((most, byte, at) => Math.max(most, Math.abs(byte - other[at]!)), 0);
}

it.each(
  references.cases.map((reference) => [`${JSON.stringify(reference.use)} of ${reference.image}`, reference] as const),
)('%s is that of torchvision', async (_, { use, image, data, shape, tolerance }) => {
  const [[name, options]] = Object.entries(use) as [[string, Record<string, unknown>]];
  const { manifest } = await catalogue.load('augmentation', name, '.');
  const streams = new RandomStreams(1);
  const made = await manifest.create(manifest.schema.parse(options), { streams });
  const before = imageOf(image);
  expect(made.sizeAfter([before.height, before.width])).toEqual(shape.slice(0, 2));
  const after = await made.apply(before, streams.stream('draw'));
  expect([after.height, after.width, after.channels]).toEqual(shape);
  expect(difference(after.data, bytes(data))).toBeLessThanOrEqual(tolerance);
});

it.each(
  references.operations.map(
    (reference) => [`${reference.name} ${reference.magnitude} of ${reference.image}`, reference] as const,
  ),
)('%s is that of torchvision', (_, { name, magnitude, image, data }) => {
  expect(difference(applyOperation(imageOf(image), name, magnitude).data, bytes(data))).toBe(0);
});
