import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Provenance } from '../../records/provenance/provenance.ts';
import type { RunSummary } from '../../records/run-folder/summary.ts';
import { compareEnvironments } from '../../records/provenance/compare-environments.ts';
import { compareHistories } from './compare-histories.ts';
import { compareMetrics, worst } from './compare-metrics.ts';
import { compareSpecs, differInSeedOnly } from '../../experiment/spec/compare-specs.ts';
import { likelyCause } from './likely-cause.ts';
import { noiseOf } from './seed-noise.ts';

const summary = (metrics: Record<string, number>): RunSummary => ({ metrics }) as RunSummary;

describe('seed noise', () => {
  it("is Student's bound of a difference between two of the seeds", () => {
    // Standard deviation of 1, 2, 3 is 1; t(0.975, 2) = 4.302653.
    expect(noiseOf([1, 2, 3], 2, 0.01)).toEqual({ amount: expect.closeTo(4.302653 * Math.SQRT2, 5), seeds: 3 });
  });

  it('is the stated tolerance where fewer than three seeds tell it', () => {
    expect(noiseOf([0.8, 0.9], -0.8, 0.05)).toEqual({ amount: 0.04000000000000001, seeds: 0 });
    expect(noiseOf([0.8, 0.9, NaN], 0.8, 0)).toEqual({ amount: 0, seeds: 0 });
  });
});

describe('metrics', () => {
  it('are identical to the bit, within seed noise, or different', () => {
    const seeds = [summary({ a: 1, b: 1 }), summary({ a: 2, b: 1 }), summary({ a: 3, b: 1 })];
    const found = compareMetrics(
      summary({ a: 1, b: 1, c: NaN, d: 1 }),
      summary({ a: 7, b: 1.0001, c: NaN, e: 1 }),
      seeds,
      0.01,
    );
    expect(found.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['a', 'within seed noise'],
      ['b', 'different'],
      ['c', 'identical'],
      ['d', 'different'],
      ['e', 'different'],
    ]);
    expect(compareMetrics(summary({ a: 1 }), summary({ a: 7.1 }), seeds, 0.01)[0]!.verdict).toBe('different');
    expect(compareMetrics(summary({ a: 100 }), summary({ a: 99.5 }), [], 0.01)[0]!.verdict).toBe('within seed noise');
    expect([worst([]), worst(['identical', 'within seed noise']), worst(['within seed noise', 'different'])]).toEqual([
      'identical',
      'within seed noise',
      'different',
    ]);
  });
});

describe('specs', () => {
  const spec = {
    version: 1,
    name: 'x',
    seed: 1,
    device: 'auto',
    losses: [{ center: { lambda: 0.1 }, weight: 1 }],
    tracking: [{ mlflow: {} }],
  };
  it('differ by path; device and tracking are no matter', () => {
    expect(
      compareSpecs(spec, {
        ...spec,
        device: 'cpu',
        tracking: [],
        losses: [
          { center: { lambda: 0.2 }, weight: 1 },
          { softmax: {}, weight: 1 },
        ],
      }),
    ).toEqual([
      { area: 'spec', name: 'losses.0.center.lambda', before: '0.1', after: '0.2' },
      { area: 'spec', name: 'losses.1.softmax', before: null, after: '{}' },
      { area: 'spec', name: 'losses.1.weight', before: null, after: '1' },
    ]);
  });
  it('may be one experiment with two seeds', () => {
    expect([
      differInSeedOnly(spec, { ...spec, seed: 2, name: 'y' }),
      differInSeedOnly(spec, { ...spec }),
      differInSeedOnly(spec, { ...spec, seed: 2, losses: [] }),
    ]).toEqual([true, false, false]);
  });
});

describe('environments', () => {
  const provenance: Provenance = {
    version: 1,
    specFile: '/a/spec.yaml',
    command: ['ablate'],
    ablate: '0.1.0',
    node: 'v20.0.0',
    platform: 'linux x64 6',
    processor: { model: 'P', cores: 2, memoryBytes: 1 },
    device: {
      name: 'tensorflow',
      description: 'TensorFlow',
      version: '2.21.0',
      threads: 2,
      gpu: false,
      gpus: [],
      driver: null,
    },
    packages: { sharp: '1.0.0' },
    native: { vips: '8.1' },
    environment: {},
    plugins: [{ kind: 'loss', plugin: './own.ts', origin: 'path', version: '', sha256: 'a'.repeat(64) }],
    data: [
      {
        option: 'dataset.root',
        root: '/a/images',
        path: 'x.png',
        files: 1,
        bytes: 3,
        sha256: 'b'.repeat(64),
        read: true,
      },
    ],
    lockfileSha256: 'c'.repeat(64),
    git: { commit: 'd'.repeat(40), branch: 'main', remote: null, dirty: false, patchSha256: null },
    ablateGit: null,
  };
  it('agree where only place, command and branch are others', () => {
    expect(
      compareEnvironments(provenance, {
        ...provenance,
        specFile: '/b/spec.yaml',
        command: ['other'],
        data: [{ ...provenance.data[0]!, root: '/b/images' }],
        git: { ...provenance.git!, branch: 'topic' },
      }),
    ).toEqual([]);
  });
  it('name the file, the plugin, the patch, the threads, the library, the variable, the processor', () => {
    const other: Provenance = {
      ...provenance,
      data: [{ ...provenance.data[0]!, sha256: 'e'.repeat(64) }],
      plugins: [{ ...provenance.plugins[0]!, sha256: 'f'.repeat(64) }],
      git: { ...provenance.git!, dirty: true, patchSha256: '1'.repeat(64) },
      device: { ...provenance.device!, threads: 4 },
      native: { vips: '8.2' },
      environment: { TF_ENABLE_ONEDNN_OPTS: '0' },
      processor: { ...provenance.processor, model: 'Q' },
    };
    const found = compareEnvironments(provenance, other);
    expect(found.map(({ area, name }) => [area, name])).toEqual([
      ['data', 'dataset.root: /a/images/x.png'],
      ['code', 'loss ./own.ts'],
      ['code', "the spec's repository, changes since the commit"],
      ['device', 'threads'],
      ['libraries', 'vips'],
      ['variables', 'TF_ENABLE_ONEDNN_OPTS'],
      ['machine', 'processor'],
    ]);
    expect(likelyCause(found, { first: null })).toBe('The data differ: dataset.root: /a/images/x.png.');
    expect(likelyCause(found.slice(3), { first: { step: 7, name: 'loss', before: 1, after: 2 } })).toBe(
      'It was computed on another device, or with other threads, which add in another order: threads. The numbers are the same to the bit before step 7 and differ there first in loss.',
    );
    expect(likelyCause([], { first: null })).toMatch(/^Nothing that is recorded differs/);
  });
});

describe('histories', () => {
  const journal = (...events: object[]): string => {
    const file = join(mkdtempSync(join(tmpdir(), 'ablate-history-')), 'journal.jsonl');
    writeFileSync(
      file,
      events.map((event, seq) => `${JSON.stringify({ v: 1, seq, time: 1000 * Math.random(), ...event })}\n`).join(''),
    );
    return file;
  };
  const step = (number: number, loss: number | string): object => ({
    type: 'step',
    step: number,
    epoch: 0,
    loss,
    parts: { softmax: loss },
    rate: 0.1,
    milliseconds: Math.random(),
    images: 32,
  });
  const saved = (sha256: string): object => ({ type: 'checkpointed', step: 2, epoch: 1, file: 'c', bytes: 1, sha256 });
  it('are the same where all but the times is', () => {
    expect(
      compareHistories(
        journal(step(0, 1), step(1, 'NaN'), saved('a')),
        journal(step(0, 1), step(1, 'NaN'), saved('a')),
      ),
    ).toEqual({ same: 2, first: null, sameWeights: true });
  });
  it('tell the first number that is another, and an end before the other', () => {
    expect(
      compareHistories(
        journal(step(0, 1), step(1, 2), saved('a')),
        journal(step(0, 1), step(1, 2.0000000000000004), saved('b')),
      ),
    ).toEqual({
      same: 1,
      first: { step: 1, name: 'loss of softmax', before: 2, after: 2.0000000000000004 },
      sameWeights: false,
    });
    expect(compareHistories(journal(step(0, 1), step(1, 2)), journal(step(0, 1)))).toEqual({
      same: 1,
      first: { step: 1, name: 'end', before: 'step 1', after: 'over' },
      sameWeights: null,
    });
  });
});
