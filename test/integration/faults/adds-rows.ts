// Adds rows to the index in the folder of its first argument, again and again, and says after each addition how many
// there are: what test/integration/faults/search-index.test.ts kills.
import { addToIndex, buildIndex } from '../../../framework/records/search-index/write-index.ts';
import { rowsEver } from '../../../framework/records/search-index/index-manifest.ts';

const [directory, first] = process.argv.slice(2) as [string, string];
const [count, dim] = [50, 8];

function embeddings() {
  async function* rows(): AsyncGenerator<Float32Array> {
    for (let row = 0; row < count; row++)
      yield Float32Array.from({ length: dim }, (_, column) => Math.sin(row + column));
  }
  return { count, dim, rows: rows(), labels: new Int32Array(count), classNames: ['a'], name: String };
}

if (first === 'build') await buildIndex(directory, embeddings(), { type: 'int8', run: null, operatingPoints: null });
for (;;) process.stdout.write(`${rowsEver(await addToIndex(directory, embeddings()))}\n`);
