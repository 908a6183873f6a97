import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { root } from '../plugins/plugin-folders.ts';
import { ablate } from '../runs/ablate.ts';
import { apiReport } from './api-report.ts';

const compiled = path.join(root, 'test/api/0.1/compiled-plugin');
const proof = path.join(root, 'test/api/0.1/still-fits.ts');

/** Declarations of a report by entry and text. */
const declarationsOf = (report: string): Set<string> =>
  new Set(
    report
      .split(/^# /m)
      .slice(1)
      .flatMap((section) =>
        section
          .split('\n\n')
          .slice(1)
          .map((text) => `${section.split('\n', 1)[0]}: ${text.trim()}`),
      ),
  );

/** Type errors of the proof that plugins of 0.1 still fit, with some of today's contracts changed. */
function breaks(changes: Readonly<Record<string, readonly [from: string, to: string]>>): string {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8')) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  host.readFile = (file) => {
    const change = changes[path.relative(path.join(root, 'framework/contracts'), file)];
    const text = read(file);
    if (!change || text === undefined) return text;
    expect(text, file).toContain(change[0]);
    return text.replace(change[0], () => change[1]);
  };
  const program = ts.createProgram([proof], { ...options, noEmit: true }, host);
  return ts.formatDiagnostics(program.getSemanticDiagnostics(program.getSourceFile(proof)), {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  });
}

describe('the plugin API', () => {
  it('is as the report has it: nothing of it is gone or changed (after a change that is meant: npm run api)', async () => {
    const now = declarationsOf(apiReport());
    const reported = declarationsOf(await readFile(new URL('./ablate-ml.api.txt', import.meta.url), 'utf8'));
    expect(reported.size).toBeGreaterThan(150);
    expect([...reported].filter((declaration) => !now.has(declaration))).toEqual([]);
  });

  it('still has all that was promised to plugins of 0.1, and asks nothing more of them', () => {
    expect(breaks({})).toBe('');
  });

  it('a breaking change of a contract is found and named', () => {
    const found = breaks({
      'loss.ts': ['readonly step: number;', ''],
      'schedule.ts': ['readonly epochs: number;', 'readonly epochs?: number;'],
      'backbone.ts': ['readonly dim: number;', 'readonly dim: number;\n  readonly receptiveField: number;'],
      'evaluator.ts': [
        'evaluate(input: EvaluationInput): Promise<Evaluation>;',
        'measure(input: EvaluationInput): Promise<Evaluation>;',
      ],
    });
    for (const name of ['LossInput', 'Progress', 'backbone', 'evaluator'])
      expect(found).toMatch(new RegExp(`"${name} breaks plugins of 0\\.1"`));
    expect(found).toContain('"every contract fits"');
  });

  it('a change that breaks nobody is let pass', () => {
    expect(
      breaks({
        'loss.ts': ['readonly step: number;', 'readonly step: number;\n  readonly epoch: number;'],
        'backbone.ts': ['readonly dim: number;', 'readonly dim: number;\n  readonly receptiveField?: number;'],
      }),
    ).toBe('');
  });
});

it('plugins compiled for 0.1 load, run and conform, untouched', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'ablate-compiled-'));
  const use = (name: string): string => path.join(compiled, `${name}.js`);
  await writeFile(
    path.join(folder, 'spec.yaml'),
    `
dataset: {glyphs: {classes: 3, imagesPerClass: 20, testPerClass: 10, size: 12}}
backbone: ${use('backbone')}
head: ${use('head')}
losses: ['${use('loss')}']
optimizer: ${use('optimizer')}
schedule: ${use('schedule')}
evaluate: ['${use('evaluator')}']
train: {epochs: 3, batch: 20}
device: cpu
`,
  );
  const { code, stdout, stderr } = await ablate(['run', 'spec.yaml', '--trust', '--json'], { cwd: folder });
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    runs: [{ status: 'finished', metrics: { 'compiled-accuracy': expect.any(Number) as number } }],
  });
  const checked = await ablate(['check', use('loss'), '--trust', '--device', 'cpu', '--json']);
  expect(JSON.parse(checked.stdout)).toMatchObject({ failed: 0 });
});
