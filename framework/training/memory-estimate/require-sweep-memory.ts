import { freeOnGpu } from '../../devices/free-on-gpu.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { gibibytes } from '../../base/system/gibibytes.ts';
import { inMicroBatches } from './in-micro-batches.ts';
import { memoryAdvice } from './memory-advice.ts';
import { memoryLimit } from './memory-limit.ts';
import type { KindOfRun } from './sweep-memory.ts';

/**
 * Refuses a sweep of which a run cannot fit into memory. What cannot be estimated is not refused: `onNote` hears why.
 *
 * @param limit bytes that one run may use
 * @throws AblateError TOO_LARGE with the runs, what they take and what would make them fit
 */
export async function requireSweepMemory(
  name: string,
  kinds: readonly KindOfRun[],
  onNote: (line: string) => void,
  limit = memoryLimit(),
): Promise<void> {
  for (const reason of new Set(kinds.flatMap(({ answer }) => answer.reason ?? [])))
    onNote(`The memory of a run of ${name} cannot be estimated: ${reason}`);
  const gpu = kinds.some(({ answer }) => answer.gpu) ? await freeOnGpu() : Infinity;
  const large = kinds.flatMap(({ label, spec, runs, answer: { estimate, parts, gpu: onGpu } }) => {
    if (!estimate) return [];
    // Weights and activations on a GPU take none of the machine's memory, where a checkpoint is gathered and batches
    // wait.
    const { program, data, batches, checkpoint, peak } = estimate;
    const [taken, most] = onGpu ? [peak - program - data, gpu] : [peak, limit];
    const here = onGpu ? program + data + Math.max(batches, checkpoint) : peak;
    if (taken <= most && here <= limit) return [];
    const [found, allowed] = taken > most ? [taken, most] : [here, limit];
    const advice = memoryAdvice(
      estimate,
      inMicroBatches(spec, parts),
      onGpu && taken > most ? most + program + data : limit,
    );
    return [
      {
        line: `${label || name}${runs > 1 ? ` (the largest of ${runs} runs of its kind)` : ''} takes about ${gibibytes(found)} of ${gibibytes(allowed)}${onGpu && taken > most ? ' on the GPU' : ''}.`,
        advice,
      },
    ];
  });
  if (large.length === 0) return;
  const shown = large.slice(0, 5);
  const left = large.length - shown.length;
  const lines = [
    ...shown.flatMap(({ line, advice }) => [line, ...advice.map((text) => `  → ${text}`)]),
    ...(left > 0 ? [`${left} more do not fit.`] : []),
  ];
  throw new AblateError(
    'TOO_LARGE',
    `${name} is not begun: ${large.length === 1 ? 'one of its runs' : 'some of its runs'} cannot fit into memory.\n    ${lines.join('\n    ')}`,
    {
      remedy:
        'Change the spec so, or leave these runs out; ablate validate SPEC --memory shows each part. --no-memory-check runs them all the same.',
    },
  );
}
