import { tf } from 'ablate-ml';
import { falseFindings, neededPairs } from './comparisons.ts';
import { coverage } from './coverage.ts';

// Prints the tables of docs/concepts/comparing.md and how long they took:
//   node framework/app/bin/ts.mjs test/reference/simulations/tables.ts
await tf.setBackend('cpu');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const line = (cells: readonly unknown[]): void => console.log(`| ${cells.join(' | ')} |`);
const timed = async (name: string, of: () => void | Promise<void>): Promise<void> => {
  const begun = performance.now();
  await of();
  console.log(`\n${name}: ${Math.round((performance.now() - begun) / 1000)} s\n`);
};

await timed('false findings', () => {
  for (const folds of [1, 4]) {
    for (const ofTraining of folds === 1 ? [0] : [0, 0.1, 0.2, 0.3, 0.4, 0.5]) {
      const share = (seeds: number): string =>
        percent(falseFindings({ losses: 3, folds, seeds, ofTraining }, 5000, seeds));
      line([folds, percent(ofTraining), ...[3, 5, 10].map(share)]);
    }
  }
});
await timed('pairs needed', () => {
  for (const [effect, pairs, correlation] of [
    [1, 3, 0],
    [1, 5, 0],
    [0.5, 5, 0],
    [0.5, 10, 0],
    [0.3, 10, 0],
    [0.3, 20, 0],
    [1.5, 12, 0.25],
  ] as const) {
    const { told, needed } = neededPairs({ effect, pairs, correlation }, 2000, 1);
    line([correlation === 0 ? 'none' : 4, effect, pairs, told, needed]);
  }
});
await timed('coverage', async () => {
  const [ten, hundred] = [
    await coverage({ classes: 10, images: 8 }, 400, 200),
    await coverage({ classes: 100, images: 4 }, 200, 150),
  ];
  for (const { metric, covered } of ten)
    line([metric, percent(covered), percent(hundred.find((one) => one.metric === metric)!.covered)]);
});
