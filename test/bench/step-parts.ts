import { fileURLToPath } from 'node:url';
import type { Work } from './arithmetic.ts';
import { LineProcess } from './line-process.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** What a training step of Ablate multiplies, and where its time goes. */
export interface StepParts {
  /** Of each product of matrices and each convolution. */
  readonly work: readonly Work[];
  /** A step's, in those, in other operations, and outside of operations; medians. */
  readonly milliseconds: { readonly products: number; readonly others: number; readonly outside: number };
}

/** Takes a step apart in a process of its own, where every operation is asked for alone. */
export async function stepParts(settings: readonly string[], steps: number): Promise<StepParts> {
  const child = new LineProcess(process.execPath, [
    here('../../framework/app/bin/ts.mjs'),
    here('step-parts-child.ts'),
    here('step.yaml'),
    JSON.stringify(settings),
    String(steps),
  ]);
  const parts = await child.read<StepParts>();
  await child.close();
  return parts;
}
