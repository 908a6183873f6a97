import { readFile } from 'node:fs/promises';
import { AblateError, z } from 'ablate-ml';
import { firstOf, publishedFile, readCsv, readText, type PublishedSet } from 'ablate-ml/data';
import { matFile } from './mat-file.ts';

/** Annotations of Cars196, whichever of its layouts they are from. */
export interface Annotations {
  /** The files that list the images, for messages. */
  readonly list: string;
  /** In the order of their numbers. */
  readonly classNames: readonly string[];
  readonly images: readonly {
    readonly path: string;
    /** From 1. */
    readonly class: number;
    /** Left, top, right, bottom. */
    readonly box: readonly [number, number, number, number];
    /** Whether it is of the test part of the classification split. */
    readonly isTest: boolean;
  }[];
}

const number = z.tuple([z.number()]).transform(([value]) => value);
const boxFields = { bbox_x1: number, bbox_y1: number, bbox_x2: number, bbox_y2: number, class: number };
const names = z.object({ cells: z.array(z.string()) }).transform(({ cells }) => cells);
const allInOne = z.object({
  annotations: z.array(z.object({ ...boxFields, relative_im_path: z.string(), test: number })),
  class_names: names,
});
const oneFolder = z.object({ annotations: z.array(z.object({ ...boxFields, fname: z.string() })) });
const devkitMeta = z.object({ class_names: names });

type Box = { readonly [Field in 'bbox_x1' | 'bbox_y1' | 'bbox_x2' | 'bbox_y2']: number };
const boxOf = ({ bbox_x1, bbox_y1, bbox_x2, bbox_y2 }: Box) => [bbox_x1, bbox_y1, bbox_x2, bbox_y2] as const;

/** Files that tell the layouts apart. */
export const layoutFiles = ['cars_annos.mat', 'devkit/cars_train_annos.mat', 'anno_train.csv'] as const;

/**
 * Reads the annotations of Cars196 from a folder in any of its layouts.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID
 */
export async function annotationsIn(folder: string, set: PublishedSet): Promise<Annotations> {
  const layout = await firstOf(folder, layoutFiles);
  if (layout === 'cars_annos.mat') return fromOneFile(folder, set);
  return layout === 'anno_train.csv' ? fromFoldersOfClasses(folder, set) : fromDevkit(folder, set);
}

async function fromOneFile(folder: string, set: PublishedSet): Promise<Annotations> {
  const file = await publishedFile(set, folder, 'cars_annos.mat');
  const { annotations, class_names } = await variables(file, allInOne);
  const images = annotations.map((one) => ({
    path: one.relative_im_path,
    class: one.class,
    box: boxOf(one),
    isTest: one.test === 1,
  }));
  return { list: file, classNames: class_names, images };
}

async function fromDevkit(folder: string, set: PublishedSet): Promise<Annotations> {
  const [train, test] = [
    await publishedFile(set, folder, 'devkit/cars_train_annos.mat'),
    // What the devkit itself has of the test images names no class.
    await publishedFile(set, folder, 'cars_test_annos_withlabels.mat', 'devkit/cars_test_annos_withlabels.mat'),
  ];
  const { class_names } = await variables(await publishedFile(set, folder, 'devkit/cars_meta.mat'), devkitMeta);
  const imagesOf = async (file: string, below: string, isTest: boolean) =>
    (await variables(file, oneFolder)).annotations.map((one) => ({
      path: `${below}/${one.fname}`,
      class: one.class,
      box: boxOf(one),
      isTest,
    }));
  const images = [...(await imagesOf(train, 'cars_train', false)), ...(await imagesOf(test, 'cars_test', true))];
  return { list: `${train} and ${test}`, classNames: class_names, images };
}

/** A repackaging with a folder a class, whose name has `-` for `/`. */
async function fromFoldersOfClasses(folder: string, set: PublishedSet): Promise<Annotations> {
  const file = await publishedFile(set, folder, 'names.csv');
  const classNames = (await readText(file)).split(/\r?\n/).filter((name) => name !== '');
  const data = await publishedFile(set, folder, 'car_data/car_data', 'car_data');
  const below = data.slice(folder.length + 1).replaceAll('\\', '/');
  const imagesOf = async (part: 'train' | 'test') => {
    const list = await publishedFile(set, folder, `anno_${part}.csv`);
    return (await readCsv(list, [0, 1, 2, 3, 4, 5], false)).rows.map(([name, ...cells]) => {
      const [left, top, right, bottom, own] = cells.map(Number) as [number, number, number, number, number];
      const path = `${below}/${part}/${classNames[own - 1]?.replaceAll('/', '-')}/${name}`;
      return { path, class: own, box: [left, top, right, bottom] as const, isTest: part === 'test' };
    });
  };
  return {
    list: `${folder}/anno_train.csv and anno_test.csv`,
    classNames,
    images: [...(await imagesOf('train')), ...(await imagesOf('test'))],
  };
}

async function variables<Shape extends z.ZodType>(file: string, shape: Shape): Promise<z.output<Shape>> {
  const parsed = shape.safeParse(Object.fromEntries(matFile(await readFile(file), file)));
  if (parsed.success) return parsed.data;
  throw new AblateError(
    'DATA_INVALID',
    `${file} has other variables than Cars196 has: ${z.prettifyError(parsed.error)}`,
    {
      remedy: 'Take the file as its publisher has it.',
    },
  );
}
