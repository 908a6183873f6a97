import { closest, distance } from 'fastest-levenshtein';

/** Keys that had another name before 0.1.0, too far from today's for a distance of letters to tell. */
const formerNames: Readonly<Record<string, string>> = {
  leastPerClass: 'minPerClass',
  leastEpochs: 'minEpochs',
  embeddingNormalization: 'normalizeEmbedding',
  minimalDistance: 'minDistance',
  mining: 'miner',
  reduction: 'reducer',
  epsilon: 'miner',
  minimum: 'minPerClass',
};

/** Asks `Did you mean "lambda"?` for the nearest of `names`, or undefined where none is near enough to be meant. */
export function didYouMean(wrong: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const today = Object.hasOwn(formerNames, wrong) ? formerNames[wrong]! : undefined;
  if (today && names.includes(today)) return `Did you mean "${today}"?`;
  const lower = wrong.toLowerCase();
  const whole = names.find((name) => name.split('-').includes(lower));
  if (whole) return `Did you mean "${whole}"?`;
  const swapped = names.find((name) => areTransposed(lower, name.toLowerCase()));
  if (swapped) return `Did you mean "${swapped}"?`;
  const nearest = closest(
    lower,
    names.map((name) => name.toLowerCase()),
  );
  const name = names.find((candidate) => candidate.toLowerCase() === nearest)!;
  const limit = Math.max(1, Math.floor(Math.max(lower.length, name.length) * 0.4));
  return distance(lower, nearest) <= limit ? `Did you mean "${name}"?` : undefined;
}

/** Tells whether two texts differ by one pair of neighboring letters that changed places: `sdg` and `sgd`. */
function areTransposed(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  const at = [...one].findIndex((letter, index) => letter !== other[index]);
  return at >= 0 && one.slice(0, at) + one[at + 1] + one[at] + one.slice(at + 2) === other;
}
