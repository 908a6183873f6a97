import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { augmentation, drawChange, type Change } from './augmentation.ts';
import { changeImage } from './change-image.ts';

const none: Change = {
  flip: false,
  part: { top: 0, left: 0, side: 1 },
  shift: [0, 0],
  brightness: 1,
  contrast: 1,
  saturation: 1,
};
const image = Uint8Array.of(10, 20, 30, 40, 50, 60, 70, 80, 90);
const changed = (change: Partial<Change>): number[] => [...changeImage(image, [3, 3, 1], { ...none, ...change })];

describe('changeImage', () => {
  it('flips left to right', () => expect(changed({ flip: true })).toEqual([30, 20, 10, 60, 50, 40, 90, 80, 70]));
  it('moves down and right, black moving in', () =>
    expect(changed({ shift: [1, 1] })).toEqual([0, 0, 0, 0, 10, 20, 0, 40, 50]));
  it('flips what it has moved', () =>
    expect(changed({ shift: [0, 1], flip: true })).toEqual([20, 10, 0, 50, 40, 0, 80, 70, 0]));
  it('changes nothing with a change of nothing', () => expect(changed({})).toEqual([...image]));
  it('fills the image from a part of it, between its pixels', () => {
    // The lower right half by side: centers at 1.25, 1.75 and 2.25 pixels, the last held at the border.
    const found = changeImage(Uint8Array.of(0, 0, 0, 100, 0, 0, 0, 100, 0, 0, 0, 100, 0, 0, 0, 100), [4, 4, 1], {
      ...none,
      part: { top: 0.5, left: 0.5, side: 0.5 },
    });
    expect([...found.subarray(0, 4)]).toEqual([0, 25, 75, 100]);
  });
  it('brightens within bounds', () => expect(changed({ brightness: 3 }).slice(0, 3)).toEqual([30, 60, 90]));
  it('stretches distances from the mean, 50', () =>
    expect(changed({ contrast: 0.5 })).toEqual([30, 35, 40, 45, 50, 55, 60, 65, 70]));
  it('takes color away', () => {
    expect([...changeImage(Uint8Array.of(100, 0, 0), [1, 1, 3], { ...none, saturation: 0 })]).toEqual([30, 30, 30]);
  });
});

describe('drawChange', () => {
  const draw = (options: object, image: number): Change =>
    drawChange(augmentation.parse(options), new RandomStreams(1).stream('augment', 0, image));

  it('stays within what the options allow and reaches their ends', () => {
    const drawn = Array.from({ length: 2000 }, (_, index) =>
      draw({ flip: true, shift: 2, zoom: 0.5, brightness: 0.3 }, index),
    );
    const flips = drawn.filter(({ flip }) => flip).length;
    expect(flips).toBeGreaterThan(900);
    expect(flips).toBeLessThan(1100);
    expect(new Set(drawn.map(({ shift }) => shift[0]))).toEqual(new Set([-2, -1, 0, 1, 2]));
    expect(Math.min(...drawn.map(({ part }) => part.side))).toBeGreaterThanOrEqual(Math.SQRT1_2);
    expect(Math.min(...drawn.map(({ part }) => part.side))).toBeLessThan(0.72);
    expect(Math.max(...drawn.map(({ part }) => part.left + part.side))).toBeLessThanOrEqual(1);
    expect(Math.max(...drawn.map(({ brightness }) => brightness))).toBeGreaterThan(1.29);
    expect(drawn.every(({ contrast, saturation }) => contrast === 1 && saturation === 1)).toBe(true);
  });

  it('draws the same flip when another change is switched on', () => {
    for (let image = 0; image < 50; image++)
      expect(draw({ flip: true, zoom: 0.4 }, image).flip).toBe(draw({ flip: true }, image).flip);
  });
});
