import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../../../framework/records/journal/read-journal.ts';
import { ablate, type Ended } from '#test/ablate';

interface Document {
  readonly runs: {
    id: string;
    name: string;
    dir: string;
    status: string;
    seed: number;
    metrics: Record<string, number>;
    millisecondsPerStep: number;
    error?: { code: string; message: string };
  }[];
}

const spec = fileURLToPath(new URL('small.yaml', import.meta.url));
const freshFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'ablate-runs-'));
const documentOf = ({ stdout }: Ended): Document => JSON.parse(stdout) as Document;
const run = async (out: string, ...more: string[]): Promise<Document['runs'][number]> => {
  const ended = await ablate(['run', spec, '--json', '--out', out, ...more]);
  expect(ended.code, ended.stderr).toBe(0);
  return documentOf(ended).runs[0]!;
};
async function lastCheckpoint(dir: string): Promise<string> {
  const names = (await readdir(join(dir, 'checkpoints'))).sort();
  return createHash('sha256')
    .update(await readFile(join(dir, 'checkpoints', names.at(-1)!)))
    .digest('hex');
}
/** The journal without what time and place decide. */
const history = (dir: string): unknown[] =>
  [...readJournal(join(dir, 'journal.jsonl'))]
    .filter(({ type }) => ['step', 'epoch', 'evaluated'].includes(type))
    .map((record) => ({ ...record, v: 0, seq: 0, time: 0, milliseconds: 0, seconds: 0 }));

describe('ablate run', () => {
  let undisturbed: Document['runs'][number];
  beforeAll(async () => {
    undisturbed = await run(await freshFolder());
  });

  it('prints one JSON document and nothing else on standard output', () => {
    expect(undisturbed).toMatchObject({ status: 'finished', seed: 3, name: 'softmax + center' });
    expect(Object.keys(undisturbed.metrics)).toEqual(
      expect.arrayContaining(['accuracy', 'intra-inter-ratio', 'validation/accuracy']),
    );
    expect(undisturbed.millisecondsPerStep).toBeGreaterThan(0);
  });

  it('keeps spec, journal, summary, checkpoints, embeddings and figures', async () => {
    expect(await readdir(undisturbed.dir)).toEqual(
      expect.arrayContaining([
        'spec.yaml',
        'journal.jsonl',
        'summary.json',
        'provenance.json',
        'checkpoints',
        'embeddings',
        'figures',
      ]),
    );
    expect(await readdir(join(undisturbed.dir, 'figures'))).toEqual(
      ['csv', 'json', 'pdf', 'png', 'svg'].map((end) => `embedding-scatter.${end}`),
    );
    expect(await readdir(join(undisturbed.dir, 'checkpoints'))).toHaveLength(3);
    expect(await readFile(join(undisturbed.dir, 'spec.yaml'), 'utf8')).toContain('nesterov: false');
  });

  it('draws during training where asked, which changes neither its bits nor its folder', async () => {
    const drawn = await run(await freshFolder(), '--set', 'train.figuresEvery=2');
    const folders = (await readdir(join(drawn.dir, 'figures'))).filter((name) => name.startsWith('epoch'));
    expect(folders).toEqual(['epoch-0002']);
    expect(await readdir(join(drawn.dir, 'figures', 'epoch-0002'))).toEqual(
      ['csv', 'json', 'pdf', 'png', 'svg'].map((end) => `embedding-scatter.${end}`),
    );
    const told = [...readJournal(join(drawn.dir, 'journal.jsonl'))].flatMap((record) =>
      record.type === 'figure' ? [record.name] : [],
    );
    expect(told).toEqual(['epoch-0002/embedding-scatter', 'embedding-scatter']);
    expect(drawn.id).toBe(undisturbed.id);
    expect(await lastCheckpoint(drawn.dir)).toBe(await lastCheckpoint(undisturbed.dir));
  });

  it('gives the same bits twice', async () => {
    const again = await run(await freshFolder());
    expect(again.metrics).toEqual(undisturbed.metrics);
    expect(await lastCheckpoint(again.dir)).toBe(await lastCheckpoint(undisturbed.dir));
  });

  it('gives other numbers with another seed', async () => {
    const other = await run(await freshFolder(), '--set', 'seed=4');
    expect(other.metrics).not.toEqual(undisturbed.metrics);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('checkpoints at %s, exits with %i, and --resume ends in the same bits', async (signal, code) => {
    const out = await freshFolder();
    let told = false;
    const stopped = await ablate(['run', spec, '--json', '--out', out, '--set', 'dataset.glyphs.imagesPerClass=40'], {
      onStderr: (text, kill) => {
        if (!told && text.includes('[1/1]')) {
          told = true;
          setTimeout(() => kill(signal), 60);
        }
      },
    });
    expect(stopped.code, stopped.stderr).toBe(code);
    expect(documentOf(stopped).runs[0]).toMatchObject({ status: 'interrupted' });
    const refused = await ablate(['run', spec, '--out', out]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('Add --resume to go on');
    const resumed = await run(out, '--resume');
    expect(resumed.metrics).toEqual(undisturbed.metrics);
    expect(history(resumed.dir)).toEqual(history(undisturbed.dir));
    expect(await lastCheckpoint(resumed.dir)).toBe(await lastCheckpoint(undisturbed.dir));
  });

  it('does not run what is done again, and does with --fresh', async () => {
    const again = await ablate(['run', spec, '--json', '--out', join(undisturbed.dir, '../..')]);
    expect(documentOf(again).runs[0]).toEqual(undisturbed);
    expect(again.stderr).toContain('1 of 1 runs are done already');
    const fresh = await run(join(undisturbed.dir, '../..'), '--fresh');
    expect(fresh.metrics).toEqual(undisturbed.metrics);
  });

  it('starts with --resume where there is nothing to resume', async () => {
    expect((await run(await freshFolder(), '--resume')).metrics).toEqual(undisturbed.metrics);
  });

  it('stops at a loss that is not finite, says where, keeps the last checkpoint and runs the rest', async () => {
    const ended = await ablate([
      'run',
      fileURLToPath(new URL('diverges.yaml', import.meta.url)),
      '--json',
      '--out',
      await freshFolder(),
    ]);
    expect(ended.code).toBe(1);
    const [bad, good] = documentOf(ended).runs;
    expect(good).toMatchObject({ status: 'finished' });
    expect(bad).toMatchObject({ status: 'failed', error: { code: 'LOSS_NOT_FINITE' } });
    expect(bad!.error!.message).toMatch(
      /^The loss is (NaN|-?Infinity) at step \d+ \(softmax = .*, center = .*\)\. Largest gradient by variable: \w+\/.+ (NaN|-?Infinity|\d)/,
    );
    expect(bad!.error!.message).toContain('Lower the learning rate');
  });
});
