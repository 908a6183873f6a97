import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runFolderAt } from '../../../framework/records/run-folder/create-run-folder.ts';
import { Journal } from '../../../framework/records/journal/journal.ts';
import { csv } from './csv.ts';

const journalled = async () => {
  const run = runFolderAt(await mkdtemp(join(tmpdir(), 'ablate-csv-')));
  const journal = Journal.open(run);
  journal.append({
    type: 'step',
    step: 0,
    epoch: 0,
    loss: 2.5,
    parts: { softmax: 2.5 },
    rate: 0.1,
    milliseconds: 8,
    images: 4,
  });
  journal.append({ type: 'system', step: 1, metrics: { 'cpu, all': 50 } });
  journal.append({ type: 'epoch', epoch: 1, step: 1, metrics: { loss: NaN }, seconds: 3 });
  journal.append({
    type: 'evaluated',
    role: 'test',
    epoch: 1,
    step: 1,
    metrics: { '=MAP@R': 0.25 },
    intervals: { '=MAP@R': [0.2, 0.3] },
    curves: {},
  });
  journal.close();
  return run;
};
const rows = async (system: boolean): Promise<string[]> => {
  const run = await journalled();
  const tracker = csv({ system });
  tracker.start(run);
  expect(await tracker.finish()).toEqual({ complete: true, url: join(run.directory, 'metrics.csv') });
  const text = await readFile(join(run.directory, 'metrics.csv'), 'utf8');
  return text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.replace(/^[\dT:.Z-]+,/, ''));
};

it('writes a metric a line, with its step and epoch', async () => {
  expect(await rows(false)).toEqual([
    'time,step,epoch,metric,value',
    '0,0,train/loss,2.5',
    '0,0,train/part/softmax,2.5',
    '0,0,train/rate,0.1',
    '0,0,train/milliseconds,8',
    '0,0,train/samples-per-second,500',
    '1,1,epoch/loss,NaN',
    '1,1,epoch/seconds,3',
    '1,1,test/=MAP@R,0.25',
    '1,1,test/=MAP@R.low,0.2',
    '1,1,test/=MAP@R.high,0.3',
  ]);
});

it('writes the samples of the machine where it is asked to', async () => {
  expect(await rows(true)).toContain('1,,"system/cpu, all",50');
});
