import { z } from 'zod';
import type { ImageShape, Split } from '../../contracts/dataset.ts';
import type { DatasetContext } from '../../contracts/plugin.ts';
import { boxesOf } from './boxes-of.ts';
import { classPattern } from '../../data/images/class-pattern.ts';
import { closeOnFailure } from '../../data/files/close-on-failure.ts';
import type { CropOption } from '../../data/images/box-crop.ts';
import { warnAboutData } from '../../data/files/data-file.ts';
import { decodedStore } from '../../data/images/decoded-store.ts';
import { imageOptions } from '../../data/images/image-options.ts';
import { augmentOf } from '../../training/engine/augment-of.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { labelByClass } from '../../data/splits/labeled-images.ts';
import { imagesOfBytes } from '../../data/images/images-of-bytes.ts';
import { openImages } from '../../data/images/open-images.ts';
import { splitOf } from '../../data/splits/split-of.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { readJournal } from '../../records/journal/read-journal.ts';
import type { PastRun } from './read-run.ts';

/** Images brought to what a run's backbone takes. */
export interface RunImages {
  readonly split: Split;
  readonly imageShape: ImageShape;
  close(): Promise<void>;
}

/**
 * Reads the shape of the images that a run was trained on. @throws AblateError RUN_FOLDER where it never began to train
 */
export function imageShapeOf({ folder }: PastRun): ImageShape {
  for (const record of readJournal(folder.journal))
    if (record.type === 'started' && record.imageShape) return record.imageShape;
  throw new AblateError(
    'RUN_FOLDER',
    `The journal of the run in ${folder.directory} does not say how large its images are.`,
    { remedy: 'Name a run that began to train.' },
  );
}

/**
 * Opens the images of a folder or a zip file, or encoded ones in memory, as the run's data set would prepare them for
 * evaluation: its size and colors, its `fit`, and its `invert` where it has such an option. The class of an image is
 * what the data set's own `class` finds in its name, where it has such an option, else its folder; images beside one
 * another, without folders, and those in memory have none.
 *
 * @param broken whether an image that cannot be decoded stops or is named and left out
 * @param boxes a file of the parts of the images that count, as `boxesOf` reads it
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID
 */
export async function runImages(
  run: PastRun,
  source: string | readonly Uint8Array[],
  {
    broken,
    catalogue,
    boxes: boxFile,
  }: { readonly broken: 'fatal' | 'skip'; readonly catalogue: Catalogue; readonly boxes?: string | undefined },
  context: DatasetContext,
): Promise<RunImages> {
  const imageShape = imageShapeOf(run);
  const [height, width, channels] = imageShape;
  if (channels !== 1 && channels !== 3)
    throw new AblateError(
      'RUN_FOLDER',
      `The run in ${run.folder.directory} takes images of ${channels} channels, and image files have one or three.`,
    );
  const { crop, fit, invert, size, class: pattern } = run.spec.dataset.options;
  const augment = await augmentOf(run.spec.augment, {
    catalogue,
    baseDirectory: run.baseDirectory,
    streams: context.streams,
  });
  const options = z.object(imageOptions).parse({
    ...(fit !== undefined && { fit }),
    // From their full size where the run's own went through a list.
    size: augment ? (size ?? null) : [height, width],
    color: channels === 1 ? 'gray' : 'rgb',
    broken,
    memory: 'never',
  });
  const images = typeof source === 'string' ? await openImages(source, context) : imagesOfBytes(source);
  const boxes = await closeOnFailure(images, async () =>
    boxFile === undefined ? undefined : boxesOf(boxFile, images, crop as CropOption | undefined),
  );
  if (crop && !boxes)
    warnAboutData(
      context,
      'The run cut its images to their boxes, and these are taken whole; --boxes names a file of theirs.',
    );
  const classIn = typeof pattern === 'string' && typeof source === 'string' ? classPattern(pattern) : undefined;
  const folderOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/')));
  const { labels, classNames } = labelByClass(images.length, (row) =>
    classIn ? (classIn(images.name(row)) ?? '') : folderOf(images.name(row)),
  );
  const { store, broken: left } = await decodedStore({
    images,
    options,
    boxes,
    streams: context.streams,
    augment,
    invert: invert === true,
    skipBy: '--skip-broken',
  });
  const rows = Int32Array.from({ length: images.length }, (_, row) => row).filter((row) => !left.has(row));
  const named = classNames.filter((name) => name !== '');
  const shift = classNames.length - named.length;
  const without = classIn && shift > 0 ? labels.reduce((count, label) => count + Number(label === 0), 0) : 0;
  if (without > 0) {
    const why = `${String(pattern)}, the \`class\` of the run, finds none in their names`;
    warnAboutData(context, `${without} of ${images.length} images have no class: ${why}.`);
  }
  return {
    split: splitOf('test', { store, rows, labels: rows.map((row) => labels[row]! - shift), classNames: named }),
    imageShape,
    close: async () => store.close?.(),
  };
}
