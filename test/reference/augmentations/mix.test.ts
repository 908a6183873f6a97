import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ImageShape } from '../../../framework/contracts/dataset.ts';
import { areaShare, cutMixed, mixedUp } from '../../../framework/training/engine/mixer.ts';

interface MixCase {
  readonly kind: 'mixup' | 'cutmix';
  readonly pixels: readonly number[];
  /** λ after timm's correction by what was cut. */
  readonly share: number;
  /** top, bottom, left, right */
  readonly box: readonly [number, number, number, number] | null;
  /** `[batch, classes]` of images of the classes 0, 1, 2, 3. */
  readonly target: readonly (readonly number[])[];
  readonly mixed: readonly number[];
}

const { timm, shape, cases } = JSON.parse(readFileSync(new URL('./mix.json', import.meta.url), 'utf8')) as {
  timm: string;
  shape: ImageShape;
  cases: MixCase[];
};

describe(`mixing as timm ${timm} does it by batch`, () => {
  test.each(cases.map((one, at) => [`${one.kind} ${at}`, one] as const))('%s', (_, one) => {
    const { kind, pixels, share, box, target, mixed } = one;
    const [top, bottom, left, right] = box ?? [0, 0, 0, 0];
    const rectangle = { top, bottom, left, right };
    const own = Float32Array.from(pixels);
    const found = kind === 'cutmix' ? cutMixed(own, shape, rectangle) : mixedUp(own, shape, share);
    expect(found).toHaveLength(mixed.length);
    for (const [at, value] of mixed.entries()) expect(found[at]).toBeCloseTo(value, 5);
    if (kind === 'cutmix') expect(1 - areaShare(rectangle, shape)).toBeCloseTo(share, 6);
    // Each is mixed with the one as far from the end, as `Mixer` turns labels round.
    const partners = target.map((row, image) => row.findIndex((value, label) => value > 0 && label !== image));
    expect(partners).toEqual([0, 1, 2, 3].toReversed());
  });
});
