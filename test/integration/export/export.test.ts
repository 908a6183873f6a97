import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cacheDirectory } from '../../../framework/base/system/cache-directory.ts';
import { readSafetensors } from '../../../framework/records/checkpoints/safetensors.ts';
import { ablate } from '#test/ablate';

const folder = mkdtempSync(join(tmpdir(), 'ablate-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
let run: string;

beforeAll(async () => {
  const { code, stderr } = await ablate([
    'run',
    join(import.meta.dirname, '../runs/small.yaml'),
    '--out',
    folder,
    '--set',
    'train.epochs=1',
    '--set',
    'figures=[]',
    // Part of the exported model: what goes in is in [−1, 1] all the same.
    '--set',
    'backbone.normalize={mean: [0.3], std: [0.2]}',
  ]);
  expect(code, stderr).toBe(0);
  run = join(
    folder,
    'small',
    readdirSync(join(folder, 'small')).find((name) => existsSync(join(folder, 'small', name, 'journal.jsonl')))!,
  );
});

it("export.json has the thresholds and the calibration that validation chose at the checkpoint's step", async () => {
  const evaluate =
    'evaluate=[{verification: {sampledPairs: 40, bootstrap: 20, calibration: platt, falseAcceptRates: [0.1]}}]';
  const trained = await ablate([
    'run',
    join(import.meta.dirname, '../runs/small.yaml'),
    '--out',
    join(folder, 'thresholds'),
    ...['train.epochs=1', 'figures=[]', evaluate].flatMap((setting) => ['--set', setting]),
  ]);
  expect(trained.code, trained.stderr).toBe(0);
  const out = join(folder, 'thresholds', 'model');
  const written = await ablate([
    'export',
    join(folder, 'thresholds', 'small'),
    '--format',
    'safetensors',
    '--out',
    out,
    '--json',
  ]);
  expect(written.code, written.stderr).toBe(0);
  const { operatingPoints } = JSON.parse(written.stdout);
  const { score, points, calibration } = operatingPoints.verification;
  expect([score, calibration.kind]).toEqual(['cosine', 'platt']);
  expect(Object.keys(points)).toEqual(['FAR=1e-1', 'equal-error', 'best-accuracy']);
  expect(points['best-accuracy'].intervals.accuracy[0]).toBeLessThanOrEqual(points['best-accuracy'].accuracy);
  // Bare runs of other evaluators have none.
  const bare = await exported('safetensors', '--device', 'cpu');
  expect(JSON.parse(bare.stdout)).not.toHaveProperty('operatingPoints');
});

const exported = (format: string, ...args: string[]) =>
  ablate(['export', run, '--format', format, '--out', join(folder, `${format}${args.length}`), '--json', ...args]);

it('safetensors: the weights by their names, and what an image goes through', async () => {
  const { code, stdout, stderr } = await exported('safetensors');
  expect(code, stderr).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toEqual(JSON.parse(readFileSync(join(folder, 'safetensors0', 'export.json'), 'utf8')));
  expect(report.check).toEqual({ images: 3, largestDifference: 0 });
  expect(report.preprocessing).toEqual({
    layout: 'NHWC',
    dtype: 'float32',
    height: 12,
    width: 12,
    channels: 1,
    color: 'gray',
    fit: null,
    resize: 'lanczos3',
    invert: false,
    scale: 1 / 127.5,
    offset: -1,
  });
  expect([report.input.shape, report.output.shape]).toEqual([
    [-1, 12, 12, 1],
    [-1, 2],
  ]);
  const { tensors } = await readSafetensors(join(folder, 'safetensors0', 'model.safetensors'));
  expect(tensors.get('backbone/stage1/convolution1/kernel')!.shape).toEqual([5, 5, 1, 32]);
  expect([...tensors.keys()].every((name) => name.startsWith('backbone/'))).toBe(true);
});

it.each(['tfjs', 'saved-model'])('%s: on the processor, checked where it can be', async (format) => {
  const { code, stdout, stderr } = await exported(format, '--device', 'auto');
  expect(code, stderr).toBe(0);
  const { check, files } = JSON.parse(stdout);
  if ('unchecked' in check) expect(format).toBe('saved-model');
  else expect(check.largestDifference).toBeLessThan(1e-5);
  for (const { name, bytes } of files) expect(statSync(join(folder, `${format}2`, name)).size).toBe(bytes);
});

const venv = join(cacheDirectory(), 'onnx-venv', 'bin', 'python');
const python = [process.env['ABLATE_PYTHON'] ?? venv, 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import tf2onnx, onnxruntime, tensorflow']).status === 0,
);
const required = process.env['ABLATE_REQUIRE_ONNX'] === '1';

it.skipIf(!python && !required)(
  `onnx: ONNX Runtime gives the run's embeddings${python ? '' : ' (no Python with tf2onnx, tensorflow and onnxruntime: set ABLATE_PYTHON)'}`,
  async () => {
    expect(
      python,
      'ABLATE_REQUIRE_ONNX is 1, and there is no Python with tf2onnx, tensorflow and onnxruntime',
    ).toBeDefined();
    const out = join(folder, 'onnx');
    const { code, stdout, stderr } = await ablate(['export', run, '--format', 'onnx', '--out', out], {
      env: { ABLATE_PYTHON: python! },
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/embeddings as the run's, to (\d\.\de-[5-9]|the bit)/);
    expect(readdirSync(out).sort()).toEqual(['export.json', 'model.onnx']);
  },
);

it('says what is missing, before any work', async () => {
  const lacking = await ablate(['export', run, '--format', 'onnx', '--out', join(folder, 'none')], {
    env: { ABLATE_PYTHON: '/nowhere/python' },
  });
  expect(lacking.code).toBe(2);
  expect(lacking.stderr).toContain('/nowhere/python does not run');
  expect(lacking.stderr).toContain('pip install tf2onnx');
  expect(existsSync(join(folder, 'none'))).toBe(false);
  const unknown = await ablate(['export', run, '--format', 'onx', '--out', join(folder, 'none')]);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('Did you mean "onnx"?');
  writeFileSync(join(folder, 'a-file'), '');
  const full = await ablate(['export', run, '--format', 'tfjs', '--out', folder]);
  expect(full.code).toBe(2);
  expect(full.stderr).toContain('is not empty');
});
