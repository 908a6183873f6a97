import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { inNewFolder } from './in-new-folder.ts';
import { LineProcess } from './line-process.ts';
import { resultOf } from './paired.ts';
import { pytorch } from './pytorch.ts';
import type { Row, Suite } from './suite.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const threads = String(availableParallelism());
const ablate = here('../../framework/app/bin/ablate.mjs');

/**
 * Processes from their spawning: a command to its end, a run of one step to its end, and to the end of its first step.
 */
export const start: Suite = async (pairs) => {
  const python = pytorch();
  const step = [here('pytorch_step.py'), 'lenet-plus-plus-3', 'softmax+center', '128', threads, '28', 'eager'];
  const cases: [string, () => number | Promise<number>, () => number | Promise<number>][] = [
    [
      '`ablate list` to its end; peer: `import torch`',
      () => toEnd(process.execPath, [ablate, 'list']),
      () => toEnd(python, ['-c', 'import torch']),
    ],
    [
      'a run of one step to its end; peer: the same net and step',
      () =>
        inNewFolder((out) =>
          toEnd(process.execPath, [ablate, 'run', here('start.yaml'), '--out', out, '--set', `threads=${threads}`]),
        ),
      () => toEnd(python, step, 'steps 1\n'),
    ],
    [
      'to the end of the first step; peer: the same net and step',
      () =>
        inNewFolder((out) =>
          toStep(process.execPath, [
            here('../../framework/app/bin/ts.mjs'),
            here('start-child.ts'),
            here('start.yaml'),
            out,
            threads,
          ]),
        ),
      () => toStep(python, step, 'steps 1'),
    ],
  ];
  const rows: Row[] = [];
  for (const [what, ours, theirs] of cases) {
    // The first time of each reads its files from disk.
    await ours();
    await theirs();
    const times: [number, number][] = [];
    for (let pair = 0; pair < pairs; pair++) times.push([await ours(), await theirs()]);
    rows.push({ case: what, peer: 'Ablate against PyTorch 2.13, eager', ...resultOf(times) });
  }
  return { title: 'Start, milliseconds from the spawning of a process', rows };
};

/** @throws Error where the process fails */
function toEnd(program: string, args: readonly string[], input = ''): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', input });
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - began;
}

/** To the first answer, or to the first after `line`; the process then ends, outside the time. */
async function toStep(program: string, args: readonly string[], line?: string): Promise<number> {
  const began = performance.now();
  const child = new LineProcess(program, args);
  if (line !== undefined) await child.read();
  await (line === undefined ? child.read() : child.ask(line));
  const milliseconds = performance.now() - began;
  await child.close();
  return milliseconds;
}
