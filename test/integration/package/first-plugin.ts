import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '#test/plugin-folders';
import { installedAblate } from './packed.ts';

/** How long each step of a first plugin took, in seconds, and what came of it. */
export interface FirstPlugin {
  readonly seconds: Readonly<Record<string, number>>;
  readonly directory: string;
  readonly tests: { readonly status: number | null; readonly output: string };
  readonly types: { readonly status: number | null; readonly output: string };
  readonly runs: readonly {
    readonly status: string;
    readonly label?: string;
    readonly name: string;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
  /** What `ablate compare` says of the runs. */
  readonly comparison: string;
}

/**
 * P2SGrad (Zhang et al., CVPR 2019): the three lines that an author writes into the scaffold, and what they make of the
 * rest.
 */
const edits: Readonly<Record<string, readonly (readonly [from: RegExp, to: string])[]>> = {
  'p2s-grad.ts': [
    [
      / +const target = .*\n +const logits = .*\n +return .*\n/,
      `      const wanted = tf.oneHot(scores!.target, scores!.values.shape[1]);
      const distance = tf.sub(scores!.values, wanted);
      return { value: tf.mul(0.5, tf.mean(tf.sum(tf.square(distance), 1))) as tf.Scalar };
`,
    ],
    [/import \{ ops, tf, z,/, 'import { tf,'],
    [/import \{ replaceTarget, targetCosine \} from 'ablate-ml\/losses';\n/, ''],
    [/export const options = [^]*?z\.output<typeof options>;\n\n/, ''],
    [/options: P2sGradOptions/, ''],
  ],
  'index.ts': [
    [/import \{ definePlugin \}/, 'import { definePlugin, z }'],
    [/import \{ options, p2sGrad \}/, 'import { p2sGrad }'],
    [/schema: options/, 'schema: z.strictObject({})'],
    [/\(options\) => p2sGrad\(options\)/, '() => p2sGrad()'],
  ],
  'README.md': [
    [/\| `s` \|.*\n/, ''],
    [/\| `m` \|.*\n/, ''],
  ],
  // ½ (0.2² + 0.1²)
  'p2s-grad.test.ts': [
    [/p2sGrad\(\{ s: 10, m: 0\.2 \}\)/, 'p2sGrad()'],
    [/0\.0067153/, '0.025'],
    [/ +\/\/ Cosines .*\n/, ''],
  ],
};

const ablation = `
name: first-plugin
dataset: {glyphs: {classes: 6, imagesPerClass: 40, testPerClass: 20, size: 16}}
backbone: {mlp: {embedding: 16, hidden: [64]}}
schedule: {constant: {rate: 0.05}}
optimizer: {sgd: {momentum: 0.9}}
train: {epochs: 8, batch: 30}
evaluate: [accuracy]
matrix:
  include:
    - {head: {linear: {}}, losses: [softmax]}
    - {head: {cosine: {}}, losses: [./index.ts]}
`;

/**
 * From an idea to a comparison, in a project that holds nothing but the tarball: scaffold, edit, test, ablate, compare.
 */
export function makeFirstPlugin(project: string): FirstPlugin {
  const seconds: Record<string, number> = {};
  const timed = <T>(step: string, body: () => T): T => {
    const began = performance.now();
    const result = body();
    seconds[step] = (performance.now() - began) / 1000;
    return result;
  };
  // The author's own tools, as npm install in the plugin's folder brings them.
  symlinkSync(path.join(root, 'node_modules', 'vitest'), path.join(project, 'node_modules', 'vitest'), 'junction');
  const directory = path.join(project, 'ablate-loss-p2s-grad');
  const scaffolded = timed('scaffold', () => installedAblate(project, ['new', 'loss', 'p2s-grad']));
  if (scaffolded.status !== 0) throw new Error(scaffolded.stderr);
  timed('edit', () => {
    for (const [file, changes] of Object.entries(edits)) {
      const text = changes.reduce(
        (before, [from, to]) => {
          if (!from.test(before)) throw new Error(`${file} has nothing like ${String(from)}:\n${before}`);
          return before.replace(from, to);
        },
        readFileSync(path.join(directory, file), 'utf8'),
      );
      writeFileSync(path.join(directory, file), text);
    }
    writeFileSync(path.join(directory, 'ablation.yaml'), ablation);
  });
  const tool = (args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: directory,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    return { status, output: `${stdout}${stderr}` };
  };
  const tests = timed('test', () =>
    tool([path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', directory]),
  );
  const types = timed('types', () =>
    tool([path.join(project, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', directory]),
  );
  const ran = timed('ablation', () =>
    installedAblate(
      directory,
      ['run', 'ablation.yaml', '--json'],
      {},
      path.join(project, 'node_modules', '.bin', 'ablate'),
    ),
  );
  if (ran.status !== 0) throw new Error(ran.stderr);
  const compared = timed('compare', () =>
    installedAblate(
      directory,
      ['compare', 'runs/first-plugin'],
      {},
      path.join(project, 'node_modules', '.bin', 'ablate'),
    ),
  );
  if (compared.status !== 0) throw new Error(compared.stderr);
  return {
    seconds,
    directory,
    tests,
    types,
    comparison: compared.stdout,
    runs: (JSON.parse(ran.stdout) as Pick<FirstPlugin, 'runs'>).runs,
  };
}
