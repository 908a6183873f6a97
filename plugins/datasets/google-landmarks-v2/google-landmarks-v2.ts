import { AblateError, z, type Role } from 'ablate-ml';
import {
  labelByClass,
  labelColumn,
  labelsColumn,
  publishedFile,
  publishedFolder,
  publishedImages,
  publishedOptions,
  eachCsvRow,
  type DataPlace,
  type ImageDatasetParts,
  type PublishedCounts,
  type PublishedSet,
} from 'ablate-ml/data';

const names = ['clean', 'full', 'retrieval', 'recognition'] as const;
const name = z.enum(names);

export const options = z
  .strictObject(
    publishedOptions(
      z
        .union([name, z.array(name).min(1)])
        .default(['clean', 'retrieval'])
        .describe(
          'official parts, one or a list: `clean` or `full` to train on, `retrieval` (queries among the index) or `recognition` (test images with their landmarks) to evaluate on',
        ),
    ),
  )
  .refine(({ split }) => !(split.includes('clean') && split.includes('full')), {
    path: ['split'],
    error: 'clean is a part of full; take one of them',
  })
  .refine(({ split }) => !(split.includes('retrieval') && split.includes('recognition')), {
    path: ['split'],
    error: 'both evaluate on the same images; take one of them, and the other in a spec of its own',
  });

/** Options of Google Landmarks v2. */
export type GoogleLandmarksV2Options = z.output<typeof options>;
type Part = (typeof names)[number];

const set: PublishedSet = {
  title: 'Google Landmarks v2',
  publisher: 'https://github.com/cvdfoundation/google-landmark',
};

const counts: Readonly<Record<Part, PublishedCounts>> = {
  clean: { train: [1_580_470, 81_313] },
  full: { train: [4_132_914, 203_094] },
  retrieval: { gallery: [761_757], probe: [1129] },
  recognition: { test: [117_577] },
};

/** An image of one part. */
interface Found {
  readonly role: Role;
  readonly path: string;
  /** Name of its class; empty for none. */
  readonly landmark: string;
  readonly landmarks: readonly string[];
  readonly relevant: readonly string[];
  readonly usage: string;
}

/**
 * Reads Google Landmarks v2: training by its raw or its clean list, and one of its two tasks. What is relevant to a
 * query are index images, not landmarks: a query and an index image belong together where they share a name of the
 * column `relevant`.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID
 */
export async function googleLandmarksV2(
  options: GoogleLandmarksV2Options,
  context: DataPlace,
): Promise<ImageDatasetParts> {
  const parts: readonly Part[] = typeof options.split === 'string' ? [options.split] : options.split;
  const folder = await publishedFolder(set, options, ['train', 'index', 'test'], context);
  const trains = parts.some((part) => part === 'clean' || part === 'full');
  const images: Found[] = [];
  let ignored = 0;
  for (const part of parts) {
    if (part === 'clean') images.push(...(await cleanImages(folder)));
    else if (part === 'full') images.push(...(await fullImages(folder)));
    else if (part === 'recognition') images.push(...(await recognizedImages(folder)));
    else {
      const found = await retrievedImages(folder, trains);
      images.push(...found.images);
      ignored += found.ignored;
    }
  }
  const { labels, classNames } = labelByClass(images.length, (row) => images[row]!.landmark);
  const nameless = classNames[0] === '' ? 1 : 0;
  const listed = {
    folder,
    list: `${folder}/*.csv`,
    paths: images.map(({ path }) => path),
    labels: labels.map((label) => label - nameless),
    classNames: classNames.slice(nameless),
    columns: {
      landmarks: labelsColumn(images.map(({ landmarks }) => landmarks)),
      relevant: labelsColumn(images.map(({ relevant }) => relevant)),
      usage: labelColumn(images.map(({ usage }) => usage)),
    },
    roles: images.map(({ role }) => role),
    counts: Object.assign({}, ...parts.map((part) => counts[part])) as PublishedCounts,
    leftOut: { ...(ignored > 0 && { 'no index image shows what the query does (Ignored)': ignored }) },
  };
  return publishedImages(set, listed, options, context);
}

/** The files in a folder lie three folders deep, by the first letters of their names. */
function pathOf(folder: 'train' | 'index' | 'test', id: string): string {
  return `${folder}/${id[0]}/${id[1]}/${id[2]}/${id}.jpg`;
}

const training = (id: string, landmark: string): Found => ({
  role: 'train',
  path: pathOf('train', id),
  landmark,
  landmarks: [landmark],
  relevant: [],
  usage: '',
});

const listIn = (cell: string): string[] => cell.split(/\s+/).filter((one) => one !== '');

async function rowsOf(
  folder: string,
  names: readonly string[],
  columns: readonly string[],
  take: (cells: readonly string[]) => void,
): Promise<void> {
  await eachCsvRow(await publishedFile(set, folder, ...names), columns, true, take);
}

async function fullImages(folder: string): Promise<Found[]> {
  const images: Found[] = [];
  await rowsOf(folder, ['train.csv'], ['id', 'landmark_id'], ([id, landmark]) => images.push(training(id!, landmark!)));
  return images;
}

async function cleanImages(folder: string): Promise<Found[]> {
  const images: Found[] = [];
  await rowsOf(folder, ['train_clean.csv'], ['landmark_id', 'images'], ([landmark, ids]) => {
    for (const id of listIn(ids!)) images.push(training(id, landmark!));
  });
  return images;
}

const solution = (task: string): string[] => ['2.1', '2.0', '2'].map((version) => `${task}_solution_v${version}.csv`);

async function recognizedImages(folder: string): Promise<Found[]> {
  const images: Found[] = [];
  await rowsOf(folder, solution('recognition'), ['id', 'landmarks', 'Usage'], ([id, cell, usage]) => {
    const landmarks = listIn(cell!);
    const path = pathOf('test', id!);
    images.push({ role: 'test', path, landmark: landmarks[0] ?? '', landmarks, relevant: [], usage: usage! });
  });
  return images;
}

/**
 * Queries and the index that they are searched in.
 *
 * @param trains whether landmarks of training have numbers too, which mean others than those of the index
 */
async function retrievedImages(folder: string, trains: boolean): Promise<{ images: Found[]; ignored: number }> {
  const images: Found[] = [];
  const landmarkOf = new Map<string, string>();
  await rowsOf(folder, ['index_image_to_landmark.csv'], ['id', 'landmark_id'], ([id, landmark]) =>
    landmarkOf.set(id!, landmark!),
  );
  await rowsOf(folder, ['index.csv'], ['id'], ([id]) => {
    const own = landmarkOf.get(id!);
    const landmark = own === undefined ? '' : trains ? `index/${own}` : own;
    images.push({ role: 'gallery', path: pathOf('index', id!), landmark, landmarks: [], relevant: [id!], usage: '' });
  });
  const index = new Set(images.map(({ relevant }) => relevant[0]!));
  let ignored = 0;
  await rowsOf(folder, solution('retrieval'), ['id', 'images', 'Usage'], ([id, cell, usage]) => {
    if (usage === 'Ignored' || cell === 'None') {
      ignored++;
      return;
    }
    const relevant = listIn(cell!);
    const stranger = relevant.find((one) => !index.has(one));
    if (stranger !== undefined)
      throw new AblateError('DATA_INVALID', `index.csv of ${folder} lacks ${stranger}, which is relevant to ${id}.`, {
        remedy: `Take index.csv and the solution from ${set.publisher}, both of one version.`,
      });
    const path = pathOf('test', id!);
    images.push({ role: 'probe', path, landmark: '', landmarks: [], relevant, usage: usage! });
  });
  return { images, ignored };
}
