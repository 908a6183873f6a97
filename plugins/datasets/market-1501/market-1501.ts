import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { AblateError, z, type Role } from 'ablate-ml';
import {
  byName,
  isImageName,
  labelByClass,
  labelColumn,
  publishedFile,
  publishedFolder,
  publishedImages,
  publishedOptions,
  type DataPlace,
  type ImageDatasetParts,
  type PublishedSet,
} from 'ablate-ml/data';

export const options = z.strictObject(
  publishedOptions(z.literal('metric').default('metric').describe('the official split: training, query and gallery')),
);

/** Options of Market-1501. */
export type Market1501Options = z.output<typeof options>;

const set: PublishedSet = {
  title: 'Market-1501',
  publisher: 'https://zheng-lab-anu.github.io/Project/project_reid.html (Market-1501-v15.09.15.zip)',
  folder: 'Market-1501-v15.09.15',
};

const counts = { metric: { train: [12_936, 751], probe: [3368, 750], gallery: [15_913, 751] } } as const;

const folders = { bounding_box_train: 'train', query: 'probe', bounding_box_test: 'gallery' } as const;

/**
 * Reads Market-1501, whose images' names say it all: person, camera, sequence, frame and box. Person 0 are false
 * detections of the gallery, wrong for each query; person −1 is junk, which counts for nothing and gets no role.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID
 */
export async function market1501(options: Market1501Options, context: DataPlace): Promise<ImageDatasetParts> {
  const folder = await publishedFolder(set, options, Object.keys(folders), context);
  const images: { path: string; role: Role | undefined; person: string; camera: string; sequence: string }[] = [];
  let [junk, others] = [0, 0];
  for (const [name, role] of Object.entries(folders)) {
    const below = await publishedFile(set, folder, name);
    const entries = (await readdir(below)).sort(byName);
    for (const entry of entries) {
      if (!isImageName(entry)) {
        others++;
        continue;
      }
      const found = /^(-1|\d+)_c(\d+)s(\d+)_\d+_\d+\./.exec(entry);
      if (!found)
        throw new AblateError(
          'DATA_INVALID',
          `${path.join(below, entry)} is not named as images of Market-1501 are, 0002_c1s1_000451_03.jpg.`,
          { remedy: `Leave in ${below} what ${set.publisher} has there.` },
        );
      const [person, camera, sequence] = found.slice(1).map((number) => String(Number(number)));
      if (person === '-1') junk++;
      images.push({
        path: `${name}/${entry}`,
        role: person === '-1' ? undefined : role,
        person: person!,
        camera: camera!,
        sequence: sequence!,
      });
    }
  }
  const listed = {
    folder,
    list: folder,
    paths: images.map((image) => image.path),
    ...labelByClass(images.length, (row) => images[row]!.person),
    columns: {
      camera: labelColumn(images.map(({ camera }) => camera)),
      sequence: labelColumn(images.map(({ sequence }) => sequence)),
    },
    roles: images.map(({ role }) => role),
    counts: counts.metric,
    leftOut: {
      ...(junk > 0 && { 'junk (person -1), passed over in every ranking': junk }),
      ...(others > 0 && { 'no image': others }),
    },
  };
  return publishedImages(set, listed, options, context);
}
