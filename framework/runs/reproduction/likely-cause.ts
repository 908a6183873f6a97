import { areas, type Difference } from '../../experiment/spec/difference.ts';
import type { HistoryComparison } from './compare-histories.ts';

const most = 3;
const words = {
  data: 'The data differ',
  spec: 'The spec differs',
  code: 'The code differs',
  device: 'It was computed on another device, or with other threads, which add in another order',
  libraries: 'Versions of libraries differ',
  variables: 'Variables that the native library heeds differ',
  machine: 'The processor or the system differs, and a library chooses its kernels by them',
} as const;

/**
 * Tells the likeliest reason why a run came out otherwise, in a sentence or two: the first area of differences, by
 * their usual effect, and what the place says where the histories part.
 */
export function likelyCause(differences: readonly Difference[], { first }: Pick<HistoryComparison, 'first'>): string {
  const area = areas.find((one) => differences.some((difference) => difference.area === one));
  const named = differences.filter((difference) => difference.area === area).map(({ name }) => name);
  const shown = [...named.slice(0, most), ...(named.length > most ? [`${named.length - most} more`] : [])].join('; ');
  const reason = area
    ? `${words[area]}: ${shown}.`
    : 'Nothing that is recorded differs: the device may not repeat its own sums (GPUs do not always), or a plugin draws on something other than its random streams.';
  return first ? `${reason} ${place(first)}` : reason;
}

function place({ step, name }: NonNullable<HistoryComparison['first']>): string {
  if (name === 'end') return `One history has something else after ${step} steps.`;
  if (step === 0 && !name.includes('epoch'))
    return `The numbers differ from the first step on (${name}): what goes in is another, or the very first sums are.`;
  return `The numbers are the same to the bit before step ${step} and differ there first in ${name}.`;
}
