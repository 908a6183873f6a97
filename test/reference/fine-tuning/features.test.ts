import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ablateHere } from '#test/ablate-here';

const spec = (more: string): string => `
name: features
threads: 1
dataset: {features: {path: ${join(import.meta.dirname, 'features.json')}, split: [0.6, 0.2, 0.2]}}
backbone: {mlp: {hidden: [], embedding: 3}}
head: {cosine: {}}
losses: [arcface]
train: {epochs: 2, batch: 6, average: {ema: 0.5}}
evaluate: [accuracy, class-statistics]
figures: [embedding-scatter]
${more}
`;

it('trains, validates, tests and draws on features in the place of images, and refuses to augment them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ablate-features-'));
  try {
    const file = join(folder, 'spec.yaml');
    await writeFile(file, spec(''));
    const { code, stdout, stderr } = await ablateHere(['run', file, '--json', '--out', join(folder, 'runs')]);
    expect(code, stderr).toBe(0);
    const [{ metrics }] = (JSON.parse(stdout) as { runs: [{ metrics: Record<string, number> }] }).runs;
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['accuracy', 'validation/accuracy']));
    await writeFile(file, spec('augment: {train: [horizontal-flip]}'));
    const refused = await ablateHere(['run', file, '--out', join(folder, 'refused')]);
    expect(refused.stdout + refused.stderr).toContain('augment takes images of one or three channels');
    expect(refused.code).toBe(2);
  } finally {
    await rm(folder, { recursive: true });
  }
});
