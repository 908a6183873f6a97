import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { loadPlan, type PlanOptions } from './load-plan.ts';
import type { Plan } from './plan.ts';
import { writeSpec } from './write-spec.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ablate-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));
const catalogue = await createCatalogue();

const write = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);

function load(text: string, options: Omit<Partial<PlanOptions>, 'catalogue'> = {}): Promise<Plan> {
  write('spec.yaml', text);
  return loadPlan(path.join(folder, 'spec.yaml'), { catalogue, env: {}, ...options });
}

const first = async (text: string, options: Omit<Partial<PlanOptions>, 'catalogue'> = {}) =>
  (await load(text, options)).runs[0]!.spec;

write(
  'base.yaml',
  `dataset: {glyphs: {classes: 5, size: 16}}
backbone: {mlp: {embedding: 8, hidden: [16]}, normalize: imagenet}
head: {linear: {bias: false}}
losses: [softmax, center: {lambda: 0.01, alpha: 0.2}]
optimizer: {sgd: {momentum: 0.9}}
train: {epochs: 3, batch: 32, validateEvery: 2}
evaluate: [accuracy, retrieval]
`,
);

describe('several parents', () => {
  write('long.yaml', 'train: {epochs: 30}\noptimizer: {adam: {}}\n');
  write('small.yaml', 'extends: base.yaml\ntrain: {epochs: 9, batch: 8}\n');

  it('go over each other in their order, the spec over all of them', async () => {
    expect(await first('extends: [base.yaml, long.yaml]\ntrain: {batch: 4}\n')).toMatchObject({
      train: { epochs: 30, batch: 4, validateEvery: 2 },
      optimizer: { plugin: 'adam' },
    });
    expect((await first('extends: [long.yaml, base.yaml]\n')).train.epochs).toBe(3);
  });

  it('may have a parent in common', async () => {
    expect((await first('extends: [small.yaml, base.yaml]\n')).train).toMatchObject({ epochs: 3, batch: 32 });
    expect((await first('extends: [base.yaml, small.yaml]\n')).train).toMatchObject({ epochs: 9, batch: 8 });
  });

  it('are refused where they are none, or lead back', async () => {
    await expect(load('extends: []\n')).rejects.toThrow('1:10 extends: found an empty list');
    await expect(load('extends: [base.yaml, 3]\n')).rejects.toThrow('1:22 extends: found 3');
    await expect(load('extends: [base.yaml, none.yaml]\n')).rejects.toThrow('1:22 extends: there is no such file');
    await expect(load('extends: [base.yaml, spec.yaml]\n')).rejects.toThrow('spec.yaml → spec.yaml');
    await expect(load('extends: ${name}\n')).rejects.toThrow('of ${…} only ${env:NAME}');
  });
});

describe('a matrix over parents', () => {
  write('resnet.yaml', 'backbone: {resnet: {layers: 18, embedding: 8}, ~normalize: }\n');
  write('wide.yaml', 'backbone: {mlp: {hidden: [64]}}\n');

  it('makes a run with each, named by its file, over what the spec extends and below the spec itself', async () => {
    const { runs } = await load(
      'extends: base.yaml\nmatrix: {extends: [wide.yaml, [resnet.yaml, long.yaml]], seed: [1, 2]}\ntrain: {epochs: 5}\n',
    );
    expect(runs.map(({ label }) => label)).toEqual([
      'wide · seed 1',
      'wide · seed 2',
      'resnet + long · seed 1',
      'resnet + long · seed 2',
    ]);
    expect(runs[0]!.spec.backbone).toMatchObject({ plugin: 'mlp', options: { embedding: 8, hidden: [64] } });
    expect(runs[2]!.spec).toMatchObject({
      backbone: { plugin: 'resnet', options: { layers: 18 } },
      optimizer: { plugin: 'adam' },
      train: { epochs: 5 },
      seed: 1,
    });
    expect(new Set(runs.map(({ id }) => id)).size).toBe(4);
    expect(runs[0]!.id).toMatch(/^wide-seed-1-/);
    expect(runs[0]!.point).toEqual({ extends: 'wide.yaml', seed: 1 });
  });

  it('may be all that there is, and is passed on to a spec that extends it', async () => {
    write('both.yaml', 'extends: base.yaml\nmatrix: {extends: [wide.yaml, long.yaml]}\n');
    const { runs } = await load('extends: both.yaml\ntrain: {epochs: 2}\n');
    expect(runs.map(({ label, spec }) => [label, spec.train.epochs])).toEqual([
      ['wide', 2],
      ['long', 2],
    ]);
  });

  it('is refused twice, in an entry of include, by --set, and where both make the same run', async () => {
    await expect(load('extends: both.yaml\nmatrix: {extends: [wide.yaml]}\n')).rejects.toThrow(
      '2:19 matrix.extends: what this spec extends has a matrix over its own parents',
    );
    await expect(load('matrix: {extends: [both.yaml]}\n')).rejects.toThrow(
      '1:19 matrix.extends: what this spec extends has a matrix over its own parents',
    );
    await expect(load('extends: base.yaml\nmatrix: {include: [{extends: wide.yaml}]}\n')).rejects.toThrow(
      '"extends" is one for all runs',
    );
    await expect(load('extends: base.yaml\n', { set: ['matrix.extends=[wide.yaml]'] })).rejects.toThrow(
      "a spec's parent is read before anything is set",
    );
    await expect(load('extends: base.yaml\nmatrix: {extends: wide.yaml}\n')).rejects.toThrow(
      'matrix.extends: found "wide.yaml"',
    );
    await expect(load('extends: base.yaml\nmatrix: {extends: [wide.yaml, wide.yaml]}\n')).rejects.toThrow(
      'two points are the same run',
    );
  });
});

describe('~key', () => {
  it('removes what is inherited, at any depth', async () => {
    const spec = await first(
      'extends: base.yaml\nevaluate: {~accuracy: }\ntrain: {~validateEvery: }\nbackbone: {~normalize: }\n',
    );
    expect(spec.evaluate).toHaveLength(1);
    expect(spec.train.validateEvery).not.toBe(2);
    expect(spec.backbone).not.toHaveProperty('normalize');
    expect(spec.backbone.options).toMatchObject({ embedding: 8 });
  });

  it('before the key itself replaces a map that would be merged', async () => {
    const spec = await first('extends: base.yaml\n~train:\ntrain: {epochs: 1}\n');
    expect(spec.train).toMatchObject({ epochs: 1 });
    expect(spec.train.batch).not.toBe(32);
  });

  it('is refused where there is nothing, or with a value', async () => {
    await expect(load('extends: base.yaml\ntrain: {~epoch: }\n')).rejects.toThrow(
      '2:9 train.~epoch: there is no "epoch" to remove. Inherited here: epochs, batch, validateEvery.',
    );
    await expect(load('extends: base.yaml\n~head: linear\n')).rejects.toThrow('takes no value: found "linear"');
    await expect(load('dataset: glyphs\nbackbone: mlp\nlosses: [softmax]\n~head:\n')).rejects.toThrow(
      '4:1 ~head: there is no "head" to remove',
    );
  });
});

describe('a map over an inherited list', () => {
  it('changes entries by name, by place, adds and removes', async () => {
    const { losses, evaluate } = await first(
      'extends: base.yaml\nlosses: {center: {lambda: 0.5}, 0: {weight: 2}, ring: {lambda: 0.3}}\nevaluate: {~accuracy: }\n',
    );
    expect(losses).toMatchObject([
      { plugin: 'softmax', weight: 2 },
      { plugin: 'center', options: { lambda: 0.5, alpha: 0.2 } },
      { plugin: 'ring', options: { lambda: 0.3 } },
    ]);
    expect(evaluate.map(({ plugin }) => plugin)).toEqual(['retrieval']);
  });

  it('names what it cannot find, and what it finds twice', async () => {
    write('twice.yaml', 'extends: base.yaml\nlosses: [softmax, center, center: {lambda: 1}]\n');
    await expect(load('extends: twice.yaml\nlosses: {center: {lambda: 0.5}}\n')).rejects.toThrow(
      '2:10 losses.center: losses inherits 2 entries of the name "center". Name one by its place: 1 or 2.',
    );
    await expect(load('extends: base.yaml\nlosses: {~triplet: }\n')).rejects.toThrow(
      'there is no "triplet" to remove. Inherited here: softmax, center.',
    );
    await expect(load('extends: base.yaml\nlosses: {7: {weight: 1}}\n')).rejects.toThrow('no 7');
  });

  it('leaves lists of numbers alone: they are replaced', async () => {
    await expect(load('extends: base.yaml\nbackbone: {mlp: {hidden: {0: 3}}}\n')).rejects.toThrow(
      'backbone.mlp.hidden: found a map with 0',
    );
  });
});

describe('--set', () => {
  it('finds entries of lists by name, adds to lists, and removes', async () => {
    const spec = await first('extends: base.yaml\n', {
      set: [
        'losses.center.lambda=0.7',
        'losses+={ring: {lambda: 0.1}}',
        '~evaluate.accuracy',
        '~train.validateEvery',
        'figures+=learning-curves',
      ],
    });
    expect(spec.losses).toMatchObject([
      { plugin: 'softmax' },
      { plugin: 'center', options: { lambda: 0.7, alpha: 0.2 } },
      { plugin: 'ring', options: { lambda: 0.1 } },
    ]);
    expect(spec.evaluate.map(({ plugin }) => plugin)).toEqual(['retrieval']);
    expect(spec.train.validateEvery).not.toBe(2);
    expect(spec.figures.map(({ plugin }) => plugin)).toEqual(['learning-curves']);
  });

  it('reaches bare names, and a matrix goes by names too', async () => {
    expect(
      (await first('extends: base.yaml\n', { set: ['losses.softmax.labelSmoothing=0.1'] })).losses[0],
    ).toMatchObject({ options: { labelSmoothing: 0.1 } });
    const { runs } = await load('extends: base.yaml\nmatrix: {losses.center.lambda: [0, 1]}\n');
    expect(runs.map(({ label }) => label)).toEqual(['lambda 0', 'lambda 1']);
  });

  it.each([
    [
      'losses.centre.lambda=1',
      'losses.centre.lambda: the path names nothing: losses has the entries 0 to 1, no "centre". Did you mean "center"?',
    ],
    ['~trian', 'trian: the path names nothing: the spec has no "trian". Did you mean "train"?'],
    ['~losses.4', 'losses has the entries 0 to 1, no "4"'],
    ['train.epochs+=1', 'train.epochs is 3, no list'],
    ['~', 'found "~"'],
    ['+=3', 'found "+=3"'],
  ])('refuses %s', async (setting, message) => {
    await expect(load('extends: base.yaml\n', { set: [setting] })).rejects.toThrow(message);
  });
});

describe('${path.in.spec}', () => {
  it('is the value that is written there, of any kind, and text inside a text', async () => {
    const spec = await first(
      'extends: base.yaml\nname: run\nseed: ${train.epochs}\ndescription: "${name} of ${losses.center.lambda}, $${name}"\nlosses: {center: {alpha: "${losses.1.center.lambda}"}}\n'.replace(
        '"${losses.1.center.lambda}"',
        '${losses.1.center.lambda}',
      ),
    );
    expect(spec).toMatchObject({ seed: 3, description: 'run of 0.01, ${name}' });
    expect(spec.losses[1]!.options).toMatchObject({ alpha: 0.01 });
    const whole = await first(
      'extends: base.yaml\nhead: {cosine: {}}\nlosses: ${evaluate}\nevaluate: [softmax]\n'.replace(
        'evaluate: [softmax]',
        'evaluate: []',
      ),
    ).catch((error: Error) => error.message);
    expect(whole).toContain('there is no loss to minimize');
  });

  it('follows each point of a matrix, --set, profiles and the environment', async () => {
    const text =
      'extends: base.yaml\nprofiles: {big: {train: {batch: 64}}}\nmatrix: {train.batch: [4, 8]}\nseed: ${train.batch}\ntrain: {validateEvery: ${train.epochs}}\n';
    expect((await load(text)).runs.map(({ spec }) => spec.seed)).toEqual([4, 8]);
    expect((await first(text, { set: ['train.epochs=${env:N}'], env: { N: '6' } })).train.validateEvery).toBe(6);
    expect((await first(text, { profiles: ['big'], set: ['~matrix'] })).seed).toBe(64);
  });

  it('takes the values that a search draws', async () => {
    const { study } = await load(
      'extends: base.yaml\ntrain: {validateEvery: 1}\nsearch: {budget: 3, method: random, metric: validation/accuracy}\nlosses: {center: {lambda: {uniform: [0.1, 0.9]}, alpha: ${losses.center.lambda}}}\n',
    );
    const group = study!.groups[0]!;
    const { runs } = await group.trial(0, group.draw(0));
    const { lambda, alpha } = runs[0]!.spec.losses[1]!.options as { lambda: number; alpha: number };
    expect(lambda).toBeGreaterThan(0.1);
    expect(alpha).toBe(lambda);
  });

  it('keeps a secret hidden wherever it is referred to', async () => {
    const { runs } = await load(
      'extends: base.yaml\ntracking: {mlflow: {url: "http://localhost:1", experiment: "${env:MY_TOKEN}"}}\ndescription: "by ${tracking.mlflow.experiment}"\n',
      { env: { MY_TOKEN: '0123456' } },
    );
    expect(runs[0]!.spec.description).toBe('by 0123456');
    expect(writeSpec(runs[0]!)).not.toContain('0123456');
  });

  it('keeps a secret hidden that is written out beside an interpolation', async () => {
    vi.stubEnv('OTHER_TOKEN', 'squeamish/ossifrage');
    const { runs } = await load(
      'extends: base.yaml\ndescription: "${env:MY_TOKEN} squeamish/ossifrage"\ntracking: {mlflow: {url: "http://localhost:1", experiment: "${env:MY_TOKEN} squeamish/ossifrage"}}\n',
      { env: { MY_TOKEN: '0123456' } },
    );
    const written = writeSpec(runs[0]!);
    vi.unstubAllEnvs();
    expect(written).not.toMatch(/0123456|ossifrage/);
    expect(written.match(/\$\{env:MY_TOKEN\} \$\{env:OTHER_TOKEN\}/g)).toHaveLength(2);
  });

  it.each([
    [
      'seed: ${train.epoch}',
      '2:7 seed: ${train.epoch} names nothing that is written: train has no "epoch". Did you mean "epochs"?',
    ],
    ['seed: ${losses.triplet.margin}', 'losses has no "triplet"'],
    ['seed: ${seed}', '${seed} leads back to itself'],
    ['name: ${description}\ndescription: ${name}', 'leads back to itself: '],
    ['train: {batch: ${train}}', 'leads back to itself'],
    [
      'description: "all of ${train}"',
      '${train} is a map with epochs, batch, validateEvery, which cannot stand inside a text',
    ],
    ['seed: ${a b}', 'unknown interpolation "${a b}"'],
  ])('refuses %s', async (line, message) => {
    await expect(load(`extends: base.yaml\n${line}\n`)).rejects.toThrow(message);
  });

  it('cannot grow without end', async () => {
    const lines = Array.from({ length: 30 }, (_, level) =>
      level === 0
        ? 'a0: [1, 1, 1, 1, 1, 1, 1, 1]'
        : `a${level}: [\${a${level - 1}}, \${a${level - 1}}, \${a${level - 1}}]`,
    );
    await expect(load(`extends: base.yaml\n${lines.join('\n')}\n`)).rejects.toThrow(
      'references expand this spec to more than 100,000 values',
    );
  });
});

describe('--profile', () => {
  const text = `extends: base.yaml
profiles:
  gpu: {train: {batch: 512}, losses: {center: {lambda: 1}}, ~evaluate: }
  long: {train: {epochs: 90}}
`;

  it('merges what it names over the spec, below --set', async () => {
    expect((await first(text)).train.batch).toBe(32);
    const spec = await first(text, { profiles: ['gpu', 'long'], set: ['train.epochs=7'] });
    expect(spec).toMatchObject({ train: { batch: 512, epochs: 7 }, evaluate: [] });
    expect(spec.losses[1]!.options).toMatchObject({ lambda: 1, alpha: 0.2 });
  });

  it('is inherited with the rest, and changed as the rest is', async () => {
    write('profiled.yaml', text);
    const spec = await first('extends: profiled.yaml\nprofiles: {gpu: {train: {epochs: 4}, ~losses: }}\n', {
      profiles: ['gpu'],
    });
    expect(spec).toMatchObject({ train: { batch: 512, epochs: 4 } });
    expect(spec.losses[1]!.options).toMatchObject({ lambda: 0.01 });
  });

  it('is refused where it is none or holds what no spec has, used or not', async () => {
    await expect(load(text, { profiles: ['gpus'] })).rejects.toThrow(
      '--profile profiles: the spec has no profile "gpus". Allowed: gpu, long. Did you mean "gpu"?',
    );
    await expect(load('extends: base.yaml\n', { profiles: ['gpu'] })).rejects.toThrow('the spec has no profiles');
    await expect(load('extends: base.yaml\nprofiles: {gpu: {trian: {}}}\n')).rejects.toThrow(
      'profiles.gpu.trian: unknown key "trian"',
    );
    await expect(load('extends: base.yaml\nprofiles: {gpu: {extends: long.yaml}}\n')).rejects.toThrow(
      'a profile has no "extends"',
    );
    await expect(load('extends: base.yaml\nprofiles: [gpu]\n')).rejects.toThrow('profiles: found a list of 1');
  });
});
