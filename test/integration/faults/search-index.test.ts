import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openIndex } from '../../../framework/records/search-index/open-index.ts';
import { addToIndex } from '../../../framework/records/search-index/write-index.ts';

beforeAll(() => tf.setBackend('cpu'));
const directory = join(mkdtempSync(join(tmpdir(), 'ablate-killed-index-')), 'index');
afterAll(() => rmSync(join(directory, '..'), { recursive: true }));
const script = join(import.meta.dirname, 'adds-rows.ts');
const loader = join(import.meta.dirname, '../../../framework/app/bin/ts.mjs');

/** Kills a process that adds rows some time after its third addition; gives the rows that it last spoke of. */
async function killed(milliseconds: number, first: string): Promise<number> {
  const child = spawn(process.execPath, [loader, script, directory, first], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  await new Promise<void>((enough, ended) => {
    child.stdout.on('data', (chunk: Buffer) => {
      told += chunk.toString();
      if (told.split('\n').length > 3) enough();
    });
    child.on('exit', (code) => ended(new Error(`It ended by itself, with ${code}.`)));
  });
  await sleep(milliseconds);
  const gone = new Promise((done) => child.on('close', done));
  child.kill('SIGKILL');
  await gone;
  return Number(told.trimEnd().split('\n').at(-1));
}

it('kill -9 while rows are added leaves the old index or the new one, which goes on', async () => {
  for (const [round, milliseconds] of [0, 3, 7, 13, 20].entries()) {
    const told = await killed(milliseconds, round === 0 ? 'build' : 'go on');
    const index = await openIndex(directory);
    // It may have been killed between the new index and its word.
    expect([told, told + 50]).toContain(index.size);
    const all = [];
    for await (const matches of index.search({ values: new Float32Array(8).fill(1), dim: 8 }, { count: 1e6 }))
      all.push(...matches);
    index.close();
    expect(all.map(({ row }) => row).sort((a, b) => a - b)).toEqual(
      Array.from({ length: index.size }, (_, row) => row),
    );
  }
  const { segments } = await addToIndex(directory, {
    count: 1,
    dim: 8,
    rows: (async function* () {
      yield new Float32Array(8).fill(1);
    })(),
    labels: Int32Array.of(-1),
    classNames: [],
    name: String,
  });
  // Nothing stays that no index names, but what was killed as it took the lock: the lock clears that away once it is old.
  const files = readdirSync(directory).filter((name) => !/^lock\.[0-9a-f]{8}$/.test(name));
  expect(files.sort()).toEqual(
    ['index.json', ...segments.flatMap(({ name }) => [`${name}.bin`, `${name}.json`])].sort(),
  );
});
