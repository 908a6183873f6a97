import { expect, it } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { cutMixed, mixedUp, Mixer } from './mixer.ts';

const pixels = (images: number, size: number): Float32Array =>
  Float32Array.from({ length: images * size }, (_, at) => Math.floor(at / size) * 1000 + (at % size));
const batch = { pixels: pixels(3, 4), labels: Int32Array.of(5, 6, 7), rows: Int32Array.of(0, 1, 2) };
const mixer = (options: object, shape: readonly [number, number, number] = [2, 2, 1], seed = 1): Mixer =>
  new Mixer({ p: 1, switch: 0.5, of: 'images', ...options }, shape, new RandomStreams(seed));

it('mixes each image with the one as far from the end, by hand', () => {
  // 0.75 · (0 1 2 3) + 0.25 · (2000 2001 2002 2003); the one in the middle is its own partner.
  expect([...mixedUp(batch.pixels, [2, 2, 1], 0.75)]).toEqual([
    500, 501, 502, 503, 1000, 1001, 1002, 1003, 1500, 1501, 1502, 1503,
  ]);
});

it('puts a rectangle of the partner in the place of an own one, by hand', () => {
  const rectangle = { top: 0, bottom: 1, left: 1, right: 2 };
  expect([...cutMixed(batch.pixels, [2, 2, 1], rectangle)]).toEqual([
    0, 2001, 2, 3, 1000, 1001, 1002, 1003, 2000, 1, 2002, 2003,
  ]);
  // Two channels go together.
  expect([...cutMixed(pixels(2, 4), [1, 2, 2], rectangle)]).toEqual([0, 1, 1002, 1003, 1000, 1001, 2, 3]);
});

it('shares what it mixes: labels turned round, λ of the pixels that stayed, the same in every view', () => {
  const side = 16;
  const shape = [side, side, 1] as const;
  const images = { ...batch, pixels: pixels(3, side * side), views: [pixels(3, side * side)] };
  for (let step = 0; step < 40; step++) {
    const mixed = mixer({ cutmix: 1 }, shape).mix(images, step);
    expect(mixed.views![0]).toEqual(mixed.pixels);
    expect([...mixed.mix!.labels]).toEqual([7, 6, 5]);
    const stayed = mixed.pixels.subarray(0, side * side).filter((pixel) => pixel < 1000).length;
    expect(mixed.mix!.share).toBe(stayed / (side * side));
    const { share, embeddings } = mixer({ mixup: 0.4 }, shape).mix(images, step).mix!;
    expect(embeddings).toBe(false);
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(1);
  }
});

it('depends on seed and step alone', () => {
  const first = mixer({ mixup: 1, cutmix: 1 });
  const found = [3, 0, 3].map((step) => first.mix(batch, step));
  expect(found[0]).toEqual(found[2]);
  expect(mixer({ mixup: 1, cutmix: 1 }).mix(batch, 0)).toEqual(found[1]);
  expect(mixer({ mixup: 1 }, [2, 2, 1], 2).mix(batch, 0).mix!.share).not.toBe(
    mixer({ mixup: 1 }).mix(batch, 0).mix!.share,
  );
});

it('mixes as often as p says, and cuts as often as switch does', () => {
  const steps = Array.from({ length: 2000 }, (_, step) => step);
  const mixed = steps.filter((step) => mixer({ mixup: 1, p: 0.25 }).mix(batch, step).mix);
  expect(mixed.length / steps.length).toBeCloseTo(0.25, 1);
  const cut = steps.filter((step) => {
    const {
      pixels: [first],
    } = mixer({ mixup: 1, cutmix: 1, switch: 0.2 }).mix(
      { ...batch, pixels: Float32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 8, 8, 8, 8) },
      step,
    );
    return first === 0 || first === 8;
  });
  expect(cut.length / steps.length).toBeCloseTo(0.2, 1);
});
