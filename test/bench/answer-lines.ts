import { createInterface } from 'node:readline';

/**
 * The child's end of a `LineProcess`: says its name, then answers `steps N` with the milliseconds of every step and
 * `peak` with the most resident memory so far in mebibytes, until its input ends.
 */
export async function answerLines(name: string, step: () => Promise<unknown>): Promise<void> {
  process.stdout.write(`${JSON.stringify({ name })}\n`);
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'peak') {
      process.stdout.write(`${process.resourceUsage().maxRSS / 1024}\n`);
      continue;
    }
    const times: number[] = [];
    for (let count = Number(line.split(' ')[1]); count > 0; count--) {
      const began = performance.now();
      await step();
      times.push(performance.now() - began);
    }
    process.stdout.write(`${JSON.stringify(times)}\n`);
  }
}
