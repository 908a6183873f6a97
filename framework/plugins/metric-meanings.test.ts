import { describe, expect, it } from 'vitest';
import { createCatalogue } from './load-catalogue.ts';
import { meaningIn, metricMeanings } from './metric-meanings.ts';

describe('what evaluators say of their metrics', () => {
  it('is found by the name, with what stands before it', async () => {
    const meaningOf = await metricMeanings(
      [
        { plugin: 'verification', from: '.' },
        { plugin: 'class-statistics', from: '.' },
        { plugin: './gone.ts', from: '.' },
      ],
      await createCatalogue(),
    );
    expect(
      [
        'verification-eer',
        'validation/verification-eer',
        'concatenated/verification-auc',
        'TAR@FAR=1e-4',
        'intra-class-distance',
        'accuracy',
      ].map((name) => meaningOf(name)?.better),
    ).toEqual(['lower', 'lower', 'higher', 'higher', 'neither', undefined]);
  });

  it('is the first that fits, a name before a pattern', () => {
    const [up, down] = [
      { better: 'higher', range: [0, 1] },
      { better: 'lower', range: [0, 1] },
    ] as const;
    expect(meaningIn({ 'a*': up, 'a.b': down, '*b': down }, 'a.b')).toBe(down);
    expect(meaningIn({ 'a*': up, '*b': down }, 'axb')).toBe(up);
    expect(meaningIn({ 'a.*': up }, 'axb')).toBeUndefined();
  });
});
