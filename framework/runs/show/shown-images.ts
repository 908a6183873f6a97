import type { Augment, AugmentationList, AugmentationStep } from '../../contracts/augmentation.ts';
import type { Dataset, ImageShape, Split } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { fitTile } from '../../data/augmentations/fit-tile.ts';
import { pixelBytes, thinnedRows } from '../../data/images/split-pictures.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import type { SheetRow, SheetSection, SheetTile } from '../../figures/contact-sheet.ts';
import { augmentOf } from '../../training/engine/augment-of.ts';
import { DrawCounter } from '../../training/engine/draw-counter.ts';
import { Mixer } from '../../training/engine/mixer.ts';
import { openDataset, openSampler } from '../../training/engine/open-data.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import { trainingBatch } from '../../training/engine/training-batch.ts';
import { trainingShape, trainingSplit } from '../../training/engine/training-split.ts';

/** How many images are shown. */
export interface ShownCounts {
  /** Of training, at most. */
  readonly images: number;
  /** Of test, at most. */
  readonly test: number;
  /** Epochs in which a training image is drawn. */
  readonly epochs: number;
}

/** Side of an image that is shown before its list has brought it to one size. */
const storedSide = 224;

/**
 * Draws images of a run's first batch as the run's own code does, with its seed: in some epochs every view of each; in
 * the first, after every augmentation of its list; and the batch as it is mixed. Then images of test, as evaluation
 * sees them.
 *
 * @throws AblateError as the data set does; DATA_INVALID where its images have neither one nor three channels
 */
export async function shownImages(spec: RunSpec, runContext: RunContext, counts: ShownCounts): Promise<SheetSection[]> {
  const streams = new RandomStreams(spec.seed);
  const { catalogue, baseDirectory } = runContext;
  const augment = await augmentOf(spec.augment, { catalogue, baseDirectory, streams });
  const dataset = await openDataset(spec, runContext, augment);
  try {
    requirePictures(dataset.imageShape);
    const test = counts.test > 0 ? evaluated(dataset) : undefined;
    const testRows = Int32Array.from(test ? thinnedRows(test.length, counts.test) : []);
    const training = await trainingImages(spec, runContext, dataset, counts);
    const rows = training.rows;
    const stages = await stagesOf(spec, runContext, augment, { ...training, testRows });
    const train = trainingSplit(dataset);
    const sections: SheetSection[] = [
      {
        title: 'Training: what the network sees',
        columns: [...(augment ? ['as stored'] : []), ...training.columns],
        rows: joined(train, rows, [...(augment ? [stages.views[0]![0]!] : []), ...training.drawn]),
      },
    ];
    for (const [view, list] of listsToShow(augment).entries())
      sections.push({
        title: `Training, augmentation by augmentation: view ${view + 1} in epoch 1`,
        columns: ['as stored', ...list.steps.map(({ name }) => name)],
        rows: joined(train, rows, stages.views[view]!.slice(0, list.steps.length + 1)),
      });
    if (training.mixed)
      sections.push({
        title: 'Training: the first batch, mixed',
        columns: viewNames(training.mixed.length),
        rows: joined(train, rows, training.mixed),
      });
    if (test)
      sections.push({
        title: `Evaluation: images for ${test.role}`,
        columns: augment
          ? ['as stored', ...augment.test.steps.slice(0, -1).map(({ name }) => name), 'what the network sees']
          : ['what the network sees'],
        rows: joined(test, testRows, [
          ...stages.test.slice(0, Math.max(1, stages.test.length - 1)),
          tilesOf(await test.images(testRows), dataset.imageShape),
        ]),
      });
    return sections;
  } finally {
    await dataset.close?.();
  }
}

/** Tiles of the chosen rows of a split at one stage. */
type Stage = readonly SheetTile[];

/** What training sees of the images that its first batch begins with. */
async function trainingImages(spec: RunSpec, runContext: RunContext, dataset: Dataset, counts: ShownCounts) {
  const train = trainingSplit(dataset);
  const shape = trainingShape(dataset);
  const streams = new RandomStreams(spec.seed);
  const sampler = await openSampler(spec, runContext, dataset);
  const views = spec.augment?.views ?? 1;
  const shown = (pixels: Float32Array): Stage => tilesOf(pixels, shape).slice(0, counts.images);
  const plain = { sampler, train, views };
  const first = await trainingBatch(plain, new DrawCounter(sampler), 0);
  const mixer = spec.augment?.mix && new Mixer(spec.augment.mix, shape, streams.scoped('mix'));
  const mixed = mixer && (await trainingBatch({ ...plain, mixer }, new DrawCounter(sampler), 0));
  const rows = first.rows.slice(0, counts.images);
  const repeats = new DrawCounter(sampler).batch(0, 0).repeats.slice(0, rows.length);
  const drawn: Stage[] = [first.pixels, ...(first.views ?? [])].map(shown);
  const epochs = spec.augment?.train.length ? counts.epochs : 1;
  for (let epoch = 1; epoch < epochs; epoch++)
    for (let view = 0; view < views; view++) drawn.push(shown(await train.images(rows, epoch, { repeats, view })));
  return {
    rows,
    repeats,
    drawn,
    columns: Array.from({ length: epochs }, (_, epoch) =>
      viewNames(views).map((name) => (views === 1 ? `epoch ${epoch + 1}` : `epoch ${epoch + 1}, ${name}`)),
    ).flat(),
    mixed: mixed?.mix && !mixed.mix.embeddings ? [mixed.pixels, ...(mixed.views ?? [])].map(shown) : undefined,
  };
}

const viewNames = (count: number): string[] =>
  count === 1 ? ['what the network sees'] : Array.from({ length: count }, (_, view) => `view ${view + 1}`);

/** The list of each view, where it has more than one entry to be told apart; one for all views that share it. */
const listsToShow = (augment: Augment | undefined): readonly AugmentationList[] =>
  (augment?.train ?? []).filter(({ steps }) => steps.length > 1);

/** What images are before their list, after its first entry, after its second, and so on, in the first epoch. */
async function stagesOf(
  spec: RunSpec,
  runContext: RunContext,
  augment: Augment | undefined,
  {
    rows,
    repeats,
    testRows,
  }: { readonly rows: Int32Array; readonly repeats: Uint32Array; readonly testRows: Int32Array },
): Promise<{ views: Stage[][]; test: Stage[] }> {
  const views: Stage[][] = (augment?.train ?? []).map(() => []);
  const test: Stage[] = [];
  if (!augment) return { views, test };
  const longest = Math.max(augment.test.steps.length, ...augment.train.map(({ steps }) => steps.length));
  const shape = (dataset: Dataset): ImageShape => [storedSide, storedSide, dataset.imageShape[2]];
  for (let count = 0; count <= longest; count++) {
    const cut = ({ path, steps }: AugmentationList): AugmentationList => ({
      path,
      steps: [...steps.slice(0, count), fitTile(storedSide)] satisfies AugmentationStep[],
      sizeAfter: () => [storedSide, storedSide],
    });
    const dataset = await openDataset(spec, runContext, { train: augment.train.map(cut), test: cut(augment.test) });
    try {
      for (const [view, { steps }] of augment.train.entries())
        if (count <= steps.length)
          views[view]!.push(tilesOf(await trainingSplit(dataset).images(rows, 0, { repeats, view }), shape(dataset)));
      if (count <= augment.test.steps.length && testRows.length > 0)
        test.push(tilesOf(await evaluated(dataset)!.images(testRows), shape(dataset)));
    } finally {
      await dataset.close?.();
    }
  }
  return { views, test };
}

/** The split whose images are evaluated. */
const evaluated = (dataset: Dataset): Split | undefined =>
  dataset.split('test') ?? dataset.split('gallery') ?? dataset.pairs?.images ?? dataset.split('validation');

function tilesOf(pixels: Float32Array, shape: ImageShape): SheetTile[] {
  const size = shape[0] * shape[1] * shape[2];
  return Array.from({ length: pixels.length / size }, (_, at) => ({
    pixels: pixelBytes(pixels.subarray(at * size, (at + 1) * size)),
    shape,
  }));
}

/** Rows of a sheet: what each image is at every stage. */
function joined(split: Split, rows: Int32Array, stages: readonly Stage[]): SheetRow[] {
  return Array.from(rows, (row, at) => {
    const label = split.labels[row]!;
    const name = split.source?.(row) ?? `image ${row}`;
    return {
      caption: label < 0 ? name : `${name} · ${split.classNames[label]}`,
      tiles: stages.map((tiles) => tiles[at]!),
    };
  });
}

function requirePictures(shape: ImageShape): void {
  if (shape[2] === 1 || shape[2] === 3) return;
  throw new AblateError('DATA_INVALID', `Images of ${shape[2]} channels cannot be shown: a picture has one or three.`, {
    remedy: 'Leave --images out.',
  });
}
