import { resolve } from 'node:path';
import { Argument, Option, type Command } from 'commander';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { EmbeddingStream } from '../../data/embeddings/embedding-stream.ts';
import { deviceNames, useDevice } from '../../devices/devices.ts';
import { createCatalogue } from '../../plugins/load-catalogue.ts';
import { readManifest, rowsEver, type IndexManifest } from '../../records/search-index/index-manifest.ts';
import { indexTypes, type IndexType } from '../../records/search-index/row-codec.ts';
import { addToIndex, buildIndex, removeFromIndex } from '../../records/search-index/write-index.ts';
import {
  embeddingsOfFile,
  embeddingsOfImages,
  isRunFolder,
  requireStep,
  runOfIndex,
  templatesOf,
  type ImageTask,
} from '../../runs/evaluate/embedding-sources.ts';
import { readRun, type PastRun } from '../../runs/evaluate/read-run.ts';
import { validatedPoints } from '../../runs/evaluate/validated-points.ts';
import { oneRun } from '../../runs/plan/one-run.ts';
import { Bar } from './bar.ts';
import { deviceOf } from '../../devices/device-of.ts';
import { printJson } from './print-json.ts';

interface IndexFlags {
  readonly out?: string;
  readonly images?: string;
  readonly embeddings?: string;
  readonly type: IndexType;
  readonly templates?: boolean;
  readonly rows?: string;
  readonly checkpoint?: string;
  readonly device?: string;
  readonly json?: boolean;
}

/** Adds `ablate index build|add|remove`: an index of embeddings that `ablate search` searches. */
export function registerIndex(program: Command): void {
  program
    .command('index')
    .description('Build an index of embeddings for ablate search, add rows to one or take rows out.')
    .addArgument(new Argument('<action>', 'what to do').choices(['build', 'add', 'remove']))
    .argument('<source>', "with build: a run's folder or a file of embeddings; else the index's folder")
    .option('--out <dir>', 'with build: folder to write to; must be empty or not there')
    .option('--images <dir>', 'images that are embedded by the run, of a folder or zip file; their folders are classes')
    .option('--embeddings <file>', 'with add: embeddings from a file, as evaluate takes them')
    .addOption(new Option('--type <name>', 'with build: how numbers are kept').choices(indexTypes).default('float32'))
    .option('--templates', 'one row a class: the mean of its rows')
    .option('--rows <numbers>', 'with remove: rows as ablate search shows them, separated by commas')
    .option('--checkpoint <file>', 'a checkpoint of the run instead of its newest, or its best by train.use')
    .option('--device <name>', `${deviceNames.join(', ')} or auto, instead of the run's own`)
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .action(async (action: 'build' | 'add' | 'remove', source: string, flags: IndexFlags) => {
      const bar = new Bar();
      const { directory, manifest } = await { build, add, remove }
        [action](source, flags, bar)
        .finally(() => bar.clear());
      const rows = rowsEver(manifest) - manifest.removed.length;
      if (flags.json) printJson({ index: directory, rows, dim: manifest.dim, type: manifest.type });
      else process.stdout.write(`${directory}: ${rows} rows of ${manifest.dim} numbers, ${manifest.type}\n`);
    });
}

interface Written {
  readonly directory: string;
  readonly manifest: IndexManifest;
}

const pooled = (embeddings: EmbeddingStream, { templates }: IndexFlags): EmbeddingStream =>
  templates ? templatesOf(embeddings) : embeddings;

async function build(source: string, flags: IndexFlags, bar: Bar): Promise<Written> {
  const { out: directory, images, type } = flags;
  if (directory === undefined)
    throw new AblateError('USAGE', 'Say where the index is written.', { remedy: 'Add --out DIR.' });
  if (!(await isRunFolder(source))) {
    if (images !== undefined) throw new AblateError('USAGE', '--images belongs to a run, not to a file of embeddings.');
    return embeddingsOfFile(source, async (embeddings) => ({
      directory,
      manifest: await buildIndex(directory, pooled(embeddings, flags), { type, run: null, operatingPoints: null }),
    }));
  }
  const run = await readRun(await oneRun(source));
  const task = await imageTask(run, flags, bar);
  return embeddingsOfImages(run, task, async (embeddings, step) => ({
    directory,
    manifest: await buildIndex(directory, pooled(embeddings, flags), {
      type,
      run: { folder: resolve(run.folder.directory), step },
      operatingPoints: validatedPoints(run, step) ?? null,
    }),
  }));
}

async function add(directory: string, flags: IndexFlags, bar: Bar): Promise<Written> {
  const { images, embeddings: file } = flags;
  if ((images === undefined) === (file === undefined))
    throw new AblateError('USAGE', 'Say what is added: --images or --embeddings, one of them.');
  const before = await readManifest(directory);
  if (file !== undefined)
    return embeddingsOfFile(file, async (embeddings) => ({
      directory,
      manifest: await addToIndex(directory, pooled(embeddings, flags)),
    }));
  const run = await runOfIndex(before, directory);
  return embeddingsOfImages(run, await imageTask(run, flags, bar), async (embeddings, step) => {
    requireStep(before, step);
    return { directory, manifest: await addToIndex(directory, pooled(embeddings, flags)) };
  });
}

async function remove(directory: string, { rows }: IndexFlags): Promise<Written> {
  if (rows === undefined)
    throw new AblateError('USAGE', 'Say which rows are taken out.', { remedy: 'Add --rows 17,29.' });
  return { directory, manifest: await removeFromIndex(directory, rows.split(',').map(Number)) };
}

/** Chooses the device and says how images are embedded. @throws AblateError USAGE without --images */
export async function imageTask(
  run: PastRun,
  { images, checkpoint, device }: Pick<IndexFlags, 'images' | 'checkpoint' | 'device'>,
  bar: Bar,
): Promise<ImageTask> {
  if (images === undefined)
    throw new AblateError('USAGE', 'Say which images the run embeds.', { remedy: 'Add --images DIR.' });
  await useDevice(deviceOf(device ?? run.spec.device), { threads: run.spec.threads });
  return {
    catalogue: await createCatalogue(),
    images,
    checkpoint,
    broken: 'fatal',
    onImages: (_role, done, total) => bar.show('embedding', done, total),
    warn: (message) => bar.note(`Warning: ${message}`),
  };
}
