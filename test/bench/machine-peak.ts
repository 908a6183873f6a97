import { fileURLToPath } from 'node:url';
import type { MachinePeak } from './arithmetic.ts';
import { LineProcess } from './line-process.ts';
import { pytorch } from './pytorch.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** Sides of the matrices, numbers of the vector, which no cache holds, and goes of which the fastest counts. */
const sizes = ['2048', String(1 << 26), '12'];

/** Measures the most that the machine does with so many threads: the better of Ablate's library and PyTorch. */
export async function machinePeak(threads: number): Promise<MachinePeak> {
  const peaks: MachinePeak[] = [];
  for (const [command, ...args] of [
    [process.execPath, here('../../framework/app/bin/ts.mjs'), here('peak-child.ts')],
    [pytorch(), here('peak_peer.py')],
  ] as const) {
    const program = new LineProcess(command, [...args, String(threads), ...sizes]);
    peaks.push(await program.read<MachinePeak>());
    await program.close();
  }
  return {
    flops: Math.max(...peaks.map(({ flops }) => flops)),
    bytes: Math.max(...peaks.map(({ bytes }) => bytes)),
  };
}
