import type { Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { EmbeddingStream } from '../../data/embeddings/embedding-stream.ts';
import { deviceNames, useDevice } from '../../devices/devices.ts';
import { farName } from '../../math/metrics/open-set-rates.ts';
import type { IndexManifest } from '../../records/search-index/index-manifest.ts';
import { openIndex, type IndexMatch } from '../../records/search-index/open-index.ts';
import {
  collectedRows,
  embeddingsOfFile,
  embeddingsOfImages,
  requireStep,
  runOfIndex,
} from '../../runs/evaluate/embedding-sources.ts';
import { Bar } from './bar.ts';
import { deviceOf } from '../../devices/device-of.ts';
import { imageTask } from './index-command.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';

interface SearchFlags {
  readonly images?: string;
  readonly embeddings?: string;
  readonly k: string;
  readonly threshold?: string;
  readonly checkpoint?: string;
  readonly device?: string;
  readonly json?: boolean;
}

/** What a query found. */
interface SearchResult {
  /** Its place among the queries. */
  readonly query: number;
  readonly name: string;
  readonly matches: readonly IndexMatch[];
}

/** Adds `ablate search DIR`: the rows of an index that are most like images or embeddings. */
export function registerSearch(program: Command): void {
  program
    .command('search')
    .description('Find the rows of an index that are most like images or embeddings.')
    .argument('<index>', "the index's folder")
    .option('--images <dir>', 'images to search by, embedded by the run that the index was built with')
    .option('--embeddings <file>', 'embeddings to search by, as evaluate takes them')
    .option('--k <number>', 'rows of each query at most', '10')
    .option('--threshold <score>', "lowest score of a match: a number, or far=1e-3 for what the run's validation chose")
    .option('--checkpoint <file>', 'a checkpoint of the run instead of its newest, or its best by train.use')
    .option('--device <name>', `${deviceNames.join(', ')} or auto, instead of the run's own`)
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (directory: string, flags: SearchFlags) => {
      const { images, embeddings: file, k } = flags;
      if ((images === undefined) === (file === undefined))
        throw new AblateError('USAGE', 'Say what is searched by: --images or --embeddings, one of them.');
      if (!/^[1-9]\d*$/.test(k)) throw new AblateError('USAGE', `--k ${k} is no whole number from 1.`);
      const index = await openIndex(directory);
      try {
        const threshold = thresholdOf(flags.threshold, index.manifest);
        const search = async (embeddings: EmbeddingStream): Promise<SearchResult[]> => {
          const results: SearchResult[] = [];
          const queries = await collectedRows(embeddings);
          for await (const matches of index.search(queries, { count: Number(k), threshold }))
            results.push({ query: results.length, name: embeddings.name(results.length), matches });
          return results;
        };
        const bar = new Bar();
        const results = await (file === undefined ? byImages() : byFile(file)).finally(() => bar.clear());
        if (flags.json) printJson({ results });
        else print(results);

        async function byImages(): Promise<SearchResult[]> {
          const run = await runOfIndex(index.manifest, directory);
          return embeddingsOfImages(run, await imageTask(run, flags, bar), (embeddings, step) => {
            requireStep(index.manifest, step);
            return search(embeddings);
          });
        }
        async function byFile(path: string): Promise<SearchResult[]> {
          await useDevice(deviceOf(flags.device ?? 'auto'));
          return embeddingsOfFile(path, search);
        }
      } finally {
        index.close();
      }
    });
}

/** @throws AblateError USAGE where it is no number, or validation chose none for that rate */
function thresholdOf(text: string | undefined, { operatingPoints }: IndexManifest): number {
  if (text === undefined) return -Infinity;
  const [, rate] = /^far=(.+)$/i.exec(text) ?? [];
  const value = Number(rate ?? text);
  if (Number.isNaN(value) || text.trim() === '')
    throw new AblateError('USAGE', `--threshold ${text} is neither a number nor far=RATE.`);
  if (rate === undefined) return value;
  const { score, points = {} } = operatingPoints?.['verification'] ?? {};
  const point = points[farName(value)];
  if (!point || score !== 'cosine')
    throw new AblateError('USAGE', `No validation of the run chose a threshold of cosines for ${farName(value)}.`, {
      remedy:
        Object.keys(points).length > 0
          ? `There are ${Object.keys(points).join(', ')}.`
          : 'Give a number, or train with validation and evaluate: [verification: {falseAcceptRates: [0.001]}].',
    });
  if (point.threshold === null)
    throw new AblateError(
      'USAGE',
      `At ${farName(value)} validation accepted nothing: its most alike pair is a false one.`,
      {
        remedy: 'Take a higher rate.',
      },
    );
  return point.threshold;
}

function print(results: readonly SearchResult[]): void {
  const rows = results.flatMap(({ query, name, matches }) =>
    matches.map((match) => [
      `${query} ${name}`,
      String(match.row),
      match.score.toFixed(4),
      match.name,
      match.class ?? '',
    ]),
  );
  printTable([['QUERY', 'ROW', 'SCORE', 'NAME', 'CLASS'], ...rows]);
  const without = results.filter(({ matches }) => matches.length === 0).length;
  if (without > 0) process.stdout.write(`\n${without} of ${results.length} queries found nothing.\n`);
}
