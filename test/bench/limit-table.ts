import { limitOf, type MachinePeak } from './arithmetic.ts';
import type { StepParts } from './step-parts.ts';
import type { Row } from './suite.ts';

/**
 * Writes how near each case comes to the machine's limit: the time that its products would take at the measured peak,
 * and nothing else, as a share of both programs' time; and where Ablate's time goes.
 */
export function limitTable(peak: MachinePeak, rows: readonly Row[], parts: readonly StepParts[]): string {
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(0)} %`;
  const lines = rows.map(({ case: name, ours, theirs }, index) => {
    const { work, milliseconds } = parts[index]!;
    const limit = limitOf(work, peak);
    const { products, others, outside } = milliseconds;
    const whole = products + others + outside;
    const cells = [
      name.split(';')[0]!,
      (work.reduce((sum, { flops }) => sum + flops, 0) / 1e9).toPrecision(3),
      limit.toPrecision(3),
      percent(limit, ours),
      percent(limit, theirs),
      ...[products, others, outside].map((part) => percent(part, whole)),
      percent(limit, products),
    ];
    return `| ${cells.join(' | ')} |\n`;
  });
  const title = `Limit: products at ${(peak.flops / 1e9).toFixed(0)} GFLOP and ${(peak.bytes / 1e9).toFixed(1)} GB a second, the most that either library was seen to do here`;
  const head = ['case', 'GFLOP', 'limit, ms', 'Ablate', 'peer', 'products', 'others', 'outside', 'limit of products'];
  return `${title}\n\n| ${head.join(' | ')} |\n|---|${'---:|'.repeat(head.length - 1)}\n${lines.join('')}`;
}
