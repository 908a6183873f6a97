import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ReproductionReport } from '../../../framework/runs/reproduction/reproduction-report.ts';
import { ablate } from '#test/ablate';

const short = fileURLToPath(new URL('../mlflow/short.yaml', import.meta.url));
const folder = (): string => mkdtempSync(join(tmpdir(), 'ablate-reproduce-'));
const run = async (spec: string, ...more: string[]): Promise<string[]> => {
  const { code, stdout, stderr } = await ablate(['run', spec, '--json', '--device', 'cpu', '--out', folder(), ...more]);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { runs: { dir: string }[] }).runs.map(({ dir }) => dir);
};
const reproduce = async (
  dir: string,
  ...more: string[]
): Promise<{ code: number | null; stderr: string; report: ReproductionReport }> => {
  const { code, stdout, stderr } = await ablate(['reproduce', dir, '--json', '--out', folder(), ...more]);
  return { code, stderr, report: JSON.parse(stdout || 'null') as ReproductionReport };
};

/** Images of 8 × 8 pixels in two classes, one bright on the left and one on the right, as a pair of IDX files. */
function digits(directory: string): void {
  const count = 120;
  const images = Buffer.alloc(16 + count * 64);
  const labels = Buffer.alloc(8 + count);
  for (const [at, value] of [0x803, count, 8, 8].entries()) images.writeUInt32BE(value, at * 4);
  for (const [at, value] of [0x801, count].entries()) labels.writeUInt32BE(value, at * 4);
  for (let image = 0; image < count; image++) {
    labels[8 + image] = image % 2;
    for (let pixel = 0; pixel < 64; pixel++)
      images[16 + image * 64 + pixel] =
        pixel % 8 < 4 === (image % 2 === 0) ? 100 + ((image * 7 + pixel * 13) % 100) : (image * pixel) % 60;
  }
  writeFileSync(join(directory, 'images.idx'), images);
  writeFileSync(join(directory, 'labels.idx'), labels);
  writeFileSync(
    join(directory, 'digits.yaml'),
    `name: digits
seed: 1
dataset: {mnist: {images: images.idx, labels: labels.idx, split: [80, 0, 40], classNames: [left, right]}}
backbone: {mlp: {embedding: 2, hidden: [8]}}
head: {linear: {}}
losses: [softmax]
train: {epochs: 2, batch: 16}
evaluate: [accuracy]
`,
  );
}

describe('ablate reproduce', { timeout: 300_000 }, () => {
  it('gives the same bits, says so, and leaves both runs as they are', async () => {
    const [dir] = await run(short);
    const before = readFileSync(join(dir!, 'summary.json'), 'utf8');
    const { code, report, stderr } = await reproduce(dir!);
    expect(code, stderr).toBe(0);
    expect(report).toMatchObject({
      verdict: 'identical',
      cause: null,
      original: { status: 'finished' },
      reproduction: { status: 'finished' },
      metrics: [{ name: 'accuracy', verdict: 'identical' }],
      history: { first: null, sameWeights: true },
    });
    // Someone may change the code between the two.
    expect(report.differences.filter(({ area }) => area !== 'code')).toEqual([]);
    expect(report.history!.same).toBe(10 + 2 + 1);
    expect(readFileSync(join(dir!, 'summary.json'), 'utf8')).toBe(before);
    expect(JSON.parse(readFileSync(join(report.reproduction!.dir, 'reproduction.json'), 'utf8'))).toEqual(report);
    const again = await ablate([
      'reproduce',
      report.reproduction!.dir,
      '--out',
      join(report.reproduction!.dir, '../..'),
    ]);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toMatch(
      /^(?:Nothing that is recorded differs here\.|Here differs:\n {2}code )[^]*accuracy +(\S+) +\1 +0 [^]*the same to the bit[^]*Verdict: identical\.\nThe new run: .*-2\n$/,
    );
  });

  it('names the file of the data that changed', async () => {
    const place = folder();
    digits(place);
    const [dir] = await run(join(place, 'digits.yaml'));
    expect((await reproduce(dir!)).report.verdict).toBe('identical');
    const images = readFileSync(join(place, 'images.idx'));
    for (let at = 16; at < images.length; at++) images[at] = 255 - images[at]!;
    writeFileSync(join(place, 'images.idx'), images);
    const { code, report, stderr } = await reproduce(dir!);
    expect(code, stderr).toBe(1);
    expect(report.verdict).toBe('different');
    expect(report.differences.filter(({ area }) => area !== 'code').map(({ area, name }) => `${area} ${name}`)).toEqual(
      ['data dataset.images: images.idx', 'data data set mnist'],
    );
    expect(report.cause).toMatch(
      /^The data differ: dataset\.images: images\.idx; data set mnist\. The numbers differ from the first step on/,
    );
    const said = await ablate(['reproduce', dir!, '--out', folder(), '--check']);
    expect(said.stdout).toMatch(
      /^Here differs:\n {2}data {2}dataset\.images: images\.idx {2}7696 bytes, SHA-256 \w{12} → 7696 bytes, SHA-256 \w{12}\n/,
    );
    rmSync(join(place, 'labels.idx'));
    const without = await reproduce(dir!);
    expect(without).toMatchObject({
      code: 1,
      report: {
        verdict: 'different',
        reproduction: { status: 'failed', error: { code: 'DATA_NOT_FOUND' } },
        cause: expect.stringMatching(
          /^The new run failed: There is no readable file .*labels\.idx[^]*The data differ: dataset\.images: images\.idx; dataset\.labels: labels\.idx/,
        ),
      },
    });
  });

  it("names the file of a model's weights that changed", async () => {
    const place = folder();
    const dense = { class_name: 'Dense', config: { name: 'dense', units: 3, batch_input_shape: [null, 144] } };
    const weights = new Float32Array(144 * 3 + 3).map((_, index) => Math.sin(index));
    writeFileSync(join(place, 'weights.bin'), weights);
    writeFileSync(
      join(place, 'model.json'),
      JSON.stringify({
        format: 'layers-model',
        modelTopology: {
          class_name: 'Sequential',
          config: {
            name: 'tiny',
            layers: [
              { class_name: 'Flatten', config: { name: 'flatten', batch_input_shape: [null, 12, 12, 1] } },
              dense,
            ],
          },
        },
        weightsManifest: [
          {
            paths: ['weights.bin'],
            weights: [
              { name: 'dense/kernel', shape: [144, 3], dtype: 'float32' },
              { name: 'dense/bias', shape: [3], dtype: 'float32' },
            ],
          },
        ],
      }),
    );
    writeFileSync(
      join(place, 'model.yaml'),
      `name: model
seed: 1
dataset: {glyphs: {classes: 2, imagesPerClass: 8, testPerClass: 4, size: 12}}
backbone: {layers-model: {model: model.json, embedding: 2}}
head: {linear: {}}
losses: [softmax]
train: {epochs: 1, batch: 8}
evaluate: [accuracy]
`,
    );
    const [dir] = await run(join(place, 'model.yaml'));
    writeFileSync(join(place, 'weights.bin'), weights.map(Math.abs));
    const said = await ablate(['reproduce', dir!, '--out', folder(), '--check']);
    expect(said.stdout, said.stderr).toMatch(
      /^Here differs:\n {2}data {2}backbone\.model, weights\.bin: weights\.bin {2}1740 bytes, SHA-256 \w{12} → 1740 bytes, SHA-256 \w{12}\n/,
    );
    const { report } = await reproduce(dir!);
    expect(report.verdict).toBe('different');
    expect(report.cause).toMatch(/^The data differ: backbone\.model, weights\.bin/);
  });

  it('finds the data where --from and --set say they are now', async () => {
    const place = folder();
    digits(place);
    const [dir] = await run(join(place, 'digits.yaml'));
    const provenance = join(dir!, 'provenance.json');
    writeFileSync(provenance, readFileSync(provenance, 'utf8').replaceAll(place, '/no/such/place'));
    const lost = await ablate(['reproduce', dir!, '--out', folder()]);
    expect(lost.code).toBe(2);
    expect(lost.stderr).toMatch(/\/no\/such\/place.*is not here\.\n.*--from/s);
    const other = folder();
    cpSync(join(place, 'images.idx'), join(other, 'moved.idx'));
    expect(
      (await reproduce(dir!, '--from', place, '--set', `dataset.mnist.images=${join(other, 'moved.idx')}`)).report,
    ).toMatchObject({ verdict: 'identical' });
  });

  it('takes the noise from the other seeds beside the run', async () => {
    const dirs = await run(short, '--set', 'matrix.seed=[1, 2, 3]');
    const { code, report } = await reproduce(dirs[0]!, '--set', 'seed=4');
    const [accuracy] = report.metrics;
    expect(accuracy!.noise.seeds).toBe(3);
    expect(report.verdict).toBe(
      Math.abs(accuracy!.after! - accuracy!.before!) <= accuracy!.noise.amount ? 'within seed noise' : 'different',
    );
    expect(report.cause).toContain('The spec differs: seed.');
    expect(code).toBe(report.verdict === 'different' ? 1 : 0);
  });

  it('refuses a folder of several runs, and what is no run', async () => {
    const dirs = await run(short, '--set', 'matrix.seed=[1, 2]');
    const several = await ablate(['reproduce', join(dirs[0]!, '..')]);
    expect([several.code, several.stderr]).toEqual([
      2,
      expect.stringMatching(/There are 2 runs in .*\n.*Name one of them/),
    ]);
    expect((await ablate(['reproduce', folder()])).code).toBe(2);
    expect((await ablate(['reproduce', dirs[0]!, '--tolerance', 'much'])).code).toBe(2);
  });
});

describe('ablate diff', { timeout: 300_000 }, () => {
  it('names what differs between two runs, and by how much', async () => {
    const [one] = await run(short);
    const [two] = await run(short, '--set', 'losses.1.center.lambda=0.5', '--set', 'threads=1');
    const { code, stdout } = await ablate(['diff', one!, two!]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/spec +losses\.1\.center\.lambda +0 → 0\.5\n/);
    expect(stdout).toMatch(
      /metric +first +second +difference[^]*accuracy +0\.\d+ +0\.\d+ [^]*The runs are (?:within seed noise|different)\.\n$/,
    );
    const json = JSON.parse((await ablate(['diff', one!, two!, '--json'])).stdout) as {
      differences: { name: string }[];
      first: { command: string[] };
    };
    expect(json.differences.map(({ name }) => name)).toContain('losses.1.center.lambda');
    expect(json.first.command).toContain('run');
    expect((await ablate(['diff', one!, one!])).stdout).toMatch(
      /Nothing that is recorded differs\.[^]*The runs are identical\.\n$/,
    );
  });
});
