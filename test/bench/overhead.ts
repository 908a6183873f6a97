import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JournalReader } from '../../framework/records/journal/journal-reader.ts';
import { inNewFolder } from './in-new-folder.ts';
import { median, resultOf } from './paired.ts';
import { pythonEnvironment } from './python-environment.ts';
import type { Suite } from './suite.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/**
 * The steps between which a step is timed: beginning, the first epoch, in which the images are drawn, and ending are
 * left out.
 */
const [from, to] = [400, 1900];

/**
 * What a step costs beside its arithmetic: `ablate run` of a net of one dense layer, with its sampler, input, journal
 * and progress, beside Lightning's trainer and beside the same arithmetic written by hand in TensorFlow.js. A process
 * of its own each time.
 */
export const overhead: Suite = async (pairs) => {
  const python = pythonEnvironment('lightning', ['torch', 'lightning'], ['torch==2.13.0', 'lightning==2.6.6']);
  const lightning = (): Promise<number> =>
    inNewFolder((folder) => last(python, [here('lightning_overhead.py'), String(from), String(to), folder]));
  const bare = (): number =>
    last(process.execPath, [
      here('../../framework/app/bin/ts.mjs'),
      here('overhead-bare.ts'),
      String(from),
      String(to),
    ]);
  const times: { ours: number; lightning: number; bare: number }[] = [];
  for (let pair = 0; pair < pairs; pair++)
    times.push({ ours: await inNewFolder(ablate), lightning: await lightning(), bare: bare() });
  const own = median(times.map((one) => one.ours - one.bare));
  return {
    title: 'Overhead of the loop, milliseconds a step',
    rows: [
      {
        case: 'one dense layer, batch 32; peer: Lightning, every step into a CSV file',
        peer: 'Ablate against PyTorch Lightning 2.6',
        ...resultOf(times.map((one) => [one.ours, one.lightning])),
      },
      {
        case: `the same; peer: its arithmetic alone, by hand in TensorFlow.js; the framework's own share ${own.toFixed(2)} ms`,
        peer: 'Ablate against TensorFlow.js',
        ...resultOf(times.map((one) => [one.ours, one.bare])),
      },
    ],
  };
};

/** Milliseconds of a step by the journal of a run into the folder `out`. */
function ablate(out: string): number {
  execFileSync(
    process.execPath,
    [
      here('../../framework/app/bin/ablate.mjs'),
      'run',
      here('overhead.yaml'),
      '--trust',
      '--out',
      out,
      '--set',
      `train.steps=${to}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const [run] = readdirSync(join(out, 'overhead'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const ended = new Map<number, number>();
  for (const record of new JournalReader(join(out, 'overhead', run!.name, 'journal.jsonl')).records())
    if (record.type === 'step') ended.set(record.step + 1, record.time);
  return (ended.get(to)! - ended.get(from)!) / (to - from);
}

/** The number in a program's last line. */
function last(program: string, args: readonly string[]): number {
  return Number(
    execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
      .trim()
      .split('\n')
      .at(-1),
  );
}
