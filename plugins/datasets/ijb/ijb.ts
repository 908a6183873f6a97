import { AblateError, z } from 'ablate-ml';
import {
  labelByClass,
  labelColumn,
  publishedFile,
  publishedFolder,
  publishedImages,
  publishedOptions,
  readCsv,
  type DataPlace,
  type ImageDatasetParts,
  type PublishedSet,
} from 'ablate-ml/data';

export const options = z.strictObject(
  publishedOptions(z.literal('test').default('test').describe('the official split: every face is for test')),
);

/** Options of IJB-B and IJB-C. */
export type IjbOptions = z.output<typeof options>;

const publisher = 'https://github.com/deepinsight/insightface/tree/master/recognition/_evaluation_/ijb';
const sets: readonly (PublishedSet & {
  readonly prefix: string;
  readonly galleries: readonly string[];
  readonly faces: number;
})[] = [
  {
    title: 'IJB-B',
    publisher,
    folder: 'IJBB',
    prefix: 'ijbb',
    galleries: ['S1', 'S2'],
    faces: 227_630,
  },
  {
    title: 'IJB-C',
    publisher,
    folder: 'IJBC',
    prefix: 'ijbc',
    galleries: ['G1', 'G2'],
    faces: 469_375,
  },
];

const blanks = { header: false, delimiter: 'blanks', quote: null } as const;

/**
 * Reads IJB-B or IJB-C, whichever the folder holds. Every face is for test; the pairs of the 1:1 protocol name the
 * first face of each template, whose column `template` says all of it.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID
 */
export async function ijb(options: IjbOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const { set, folder } = await setOf(options, context);
  const file = (name: string): Promise<string> => publishedFile(set, folder, `meta/${set.prefix}_${name}`);
  const list = await file('face_tid_mid.txt');
  const faces = (await readCsv(list, [0, 1, 2], blanks)).rows;
  const scores = (await readCsv(await file('name_5pts_score.txt'), [0, 11], blanks)).rows;
  const scoreOf = new Map(scores.map(([name, score]) => [name!, Number(score)]));
  const subjectOf = new Map<string, string>();
  const listOf = new Map<string, string>();
  // The files name a template once a face.
  for (const [name, part] of [
    ...set.galleries.map((gallery, index) => [`1N_gallery_${gallery}.csv`, `gallery-${index + 1}`]),
    ['1N_probe_mixed.csv', 'probe'],
  ] as const)
    for (const [template, subject] of (await readCsv(await file(name!), [0, 1], true)).rows) {
      subjectOf.set(template!, subject!);
      listOf.set(template!, part!);
    }
  const rowOf = new Map<string, number>();
  for (const [row, [, template]] of faces.entries()) if (!rowOf.has(template!)) rowOf.set(template!, row);
  const pairs = await readCsv(await file('template_pair_label.txt'), [0, 1, 2], blanks);
  const representative = (template: string, index: number): number => {
    const row = rowOf.get(template);
    if (row !== undefined) return row;
    throw new AblateError('DATA_INVALID', `${pairs.file}:${pairs.lines[index]} has template ${template}, of no face.`, {
      remedy: `Take all files of meta/ from ${publisher}.`,
    });
  };
  const { labels, classNames } = labelByClass(faces.length, (row) => subjectOf.get(faces[row]![1]!) ?? '');
  const nameless = classNames[0] === '' ? 1 : 0;
  return publishedImages(
    set,
    {
      folder,
      list,
      paths: faces.map(([name]) => `loose_crop/${name}`),
      labels: labels.map((label) => label - nameless),
      classNames: classNames.slice(nameless),
      columns: {
        template: labelColumn(faces.map(([, template]) => template!)),
        media: labelColumn(faces.map(([, , media]) => media!)),
        list: labelColumn(faces.map(([, template]) => listOf.get(template!) ?? '')),
        detector: { kind: 'number', values: Float64Array.from(faces, ([name]) => scoreOf.get(name!) ?? Number.NaN) },
      },
      roles: faces.map(() => 'test'),
      counts: { test: [set.faces] },
      pairs: {
        left: Int32Array.from(pairs.rows, ([left], index) => representative(left!, index)),
        right: Int32Array.from(pairs.rows, ([, right], index) => representative(right!, index)),
        same: Uint8Array.from(pairs.rows, ([, , same]) => Number(same)),
        fold: new Int32Array(pairs.rows.length),
      },
    },
    options,
    context,
  );
}

async function setOf(options: IjbOptions, context: DataPlace) {
  for (const set of sets) {
    const folder = await publishedFolder(set, options, [`meta/${set.prefix}_face_tid_mid.txt`], context).catch(
      (error: unknown) => {
        if (set === sets.at(-1) || !(error instanceof AblateError)) throw error;
        return undefined;
      },
    );
    if (folder !== undefined) return { set, folder };
  }
  throw new Error('unreachable');
}
