import { RandomStreams, type Dataset, type Split } from 'ablate-ml';
import { describe, expect, it } from 'vitest';
import plugin from './index.ts';

const make = async (options: object, runSeed = 1): Promise<Dataset> =>
  plugin.create(plugin.schema.parse(options), {
    streams: new RandomStreams(runSeed),
    baseDirectory: '.',
    cacheDirectory: '.',
  });
const imagesOf = async (split: Split, ...indices: number[]): Promise<Float32Array> =>
  split.images(Int32Array.from(indices));
const everyImage = async (split: Split): Promise<Float32Array> => imagesOf(split, ...Array(split.length).keys());

describe('glyphs', () => {
  it('has as many images of each class as asked for, labeled in step, in [−1, 1]', async () => {
    const dataset = await make({ classes: 3, imagesPerClass: 4, validationPerClass: 2, testPerClass: 1, size: 20 });
    const train = dataset.split('train')!;
    expect([...train.labels]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect([dataset.split('validation')!.length, dataset.split('test')!.length]).toEqual([6, 3]);
    expect(dataset.split('gallery')).toBeUndefined();
    expect(dataset.imageShape).toEqual([20, 20, 1]);
    const pixels = await everyImage(train);
    expect(pixels.length).toBe(12 * 400);
    expect(Math.min(...pixels)).toBe(-1);
    expect(Math.max(...pixels)).toBeGreaterThan(0.9);
    expect(Math.max(...pixels)).toBeLessThanOrEqual(1);
  });

  it('draws an image alike whatever was drawn before, whatever the run’s seed and the other counts', async () => {
    const one = (await make({ imagesPerClass: 5 }, 1)).split('train')!;
    const other = (await make({ imagesPerClass: 9, testPerClass: 3 }, 2)).split('train')!;
    await imagesOf(other, 30, 2);
    expect(await imagesOf(one, 5 * 2 + 4)).toEqual(await imagesOf(other, 9 * 2 + 4));
    const reseeded = (await make({ imagesPerClass: 5, seed: 1 })).split('train')!;
    expect(await imagesOf(one, 14)).not.toEqual(await imagesOf(reseeded, 14));
  });

  it('writes every copy of a role and of a split anew, and every copy alike without jitter', async () => {
    const dataset = await make({ imagesPerClass: 2, testPerClass: 1 });
    const [first, second, held] = [
      await imagesOf(dataset.split('train')!, 0),
      await imagesOf(dataset.split('train')!, 1),
      await imagesOf(dataset.split('test')!, 0),
    ];
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(held);
    const still = (await make({ imagesPerClass: 2, jitter: 0 })).split('train')!;
    expect(await imagesOf(still, 0)).toEqual(await imagesOf(still, 1));
  });

  it('is neither trivial nor hopeless: the nearest class mean in pixels names 50 to 90 % of the test images', async () => {
    const dataset = await make({ imagesPerClass: 200 });
    const [train, test] = [dataset.split('train')!, dataset.split('test')!];
    const means = Array.from({ length: 10 }, () => new Float64Array(784));
    (await everyImage(train)).forEach(
      (pixel, at) => (means[train.labels[Math.floor(at / 784)]!]![at % 784]! += pixel / 200),
    );
    const pixels = await everyImage(test);
    const distance = (image: number, mean: Float64Array): number =>
      mean.reduce((sum, value, at) => sum + (pixels[image * 784 + at]! - value) ** 2, 0);
    const right = test.labels.filter((label, image) => {
      const distances = means.map((mean) => distance(image, mean));
      return distances.indexOf(Math.min(...distances)) === label;
    });
    expect(right.length / test.length).toBeGreaterThan(0.5);
    expect(right.length / test.length).toBeLessThan(0.9);
  });

  it('keeps unseen classes out of training, labeled after the seen ones', async () => {
    const dataset = await make({ classes: 4, imagesPerClass: 2, testPerClass: 0, unseenClasses: 2, unseenPerClass: 3 });
    expect([...dataset.split('gallery')!.labels]).toEqual([4, 5]);
    expect([...dataset.split('probe')!.labels]).toEqual([4, 4, 4, 5, 5, 5]);
    expect([...dataset.split('test')!.labels]).toEqual([4, 4, 4, 5, 5, 5]);
    expect(dataset.split('train')!.classNames).toHaveLength(4);
    expect(dataset.split('probe')!.classNames).toHaveLength(6);
    expect(dataset.split('test')!.source!(0)).toBe('test 0 of glyph 4');
  });

  it('has a digest of what decides the pixels', async () => {
    const digest = async (options: object): Promise<string> => (await make(options)).provenance.digest;
    expect(await digest({})).toBe(await digest({ classes: 10 }));
    expect(await digest({})).not.toBe(await digest({ jitter: 0.5 }));
    expect((await digest({})).length).toBeLessThanOrEqual(36);
  });
});
