import {
  z,
  type BaseContext,
  type EmbeddedSplit,
  type EvaluationInput,
  type Figure,
  type FigureDrawing,
  type FigurePanel,
  type Random,
} from 'ablate-ml';
import { nearestNeighbors, similarityOf } from 'ablate-ml/metrics';
import { figureWidth, firstOfGroups, ink, mutedInk, pageWidth, shortNames } from 'ablate-ml/figures';

export const options = z.strictObject({
  width: figureWidth(pageWidth),
  probes: z
    .int()
    .min(1)
    .max(100)
    .default(6)
    .describe('Probes, half of them such as are answered wrongly, where there are so many.'),
  found: z.int().min(1).max(50).default(10).describe('Images of each answer.'),
});

/** Choices of the figure. */
export type RetrievalGalleryOptions = z.output<typeof options>;

interface Answer {
  readonly probe: number;
  readonly found: readonly number[];
}

interface Search {
  readonly probes: EmbeddedSplit;
  readonly gallery: EmbeddedSplit;
  readonly leaveOneOut: boolean;
}

const right = '#0072b2';
const wrong = '#d55e00';

async function searchOf(input: EvaluationInput): Promise<Search | undefined> {
  const [probes, gallery] = [await input.split('probe'), await input.split('gallery')];
  if (probes && gallery) return { probes, gallery, leaveOneOut: false };
  const split = await input.split(input.role);
  return split && { probes: split, gallery: split, leaveOneOut: true };
}

/** Some probes whose first answer is wrong and some whose is right, each in the order of the split. */
function chosen(answers: Answer[], { probes, gallery }: Search, count: number, random: Random): Answer[] {
  const isRight = ({ probe, found }: Answer): boolean => gallery.labels[found[0]!] === probes.labels[probe];
  const shuffled = random.shuffle(answers);
  const [good, bad] = [shuffled.filter(isRight), shuffled.filter((answer) => !isRight(answer))];
  const failures = bad.slice(0, Math.max(Math.floor(count / 2), count - good.length));
  return [...good.slice(0, count - failures.length), ...failures].sort(
    (one, other) => Number(isRight(other)) - Number(isRight(one)) || one.probe - other.probe,
  );
}

/** Draws probes in a column, their answers beside them, framed by whether they are right; one figure a run. */
export function retrievalGallery(options: RetrievalGalleryOptions, { streams }: BaseContext): Figure {
  return {
    async draw(panels) {
      const drawings: FigureDrawing[] = [];
      for (const panel of firstOfGroups(panels)) {
        const input = await panel.input();
        const search = input && (await searchOf(input));
        if (!search?.probes.pictures || !search.gallery.pictures || search.gallery.labels.length < 2) continue;
        const { probes, gallery, leaveOneOut } = search;
        const rows = ({ embeddings, dim }: EmbeddedSplit) => ({ values: embeddings, dim });
        const references = rows(gallery);
        const similarity = similarityOf(leaveOneOut ? references : rows(probes), references, 'cosine');
        const answers: Answer[] = [];
        const count = Math.min(options.found, gallery.labels.length - Number(leaveOneOut));
        for await (const { query, indices } of nearestNeighbors(similarity, { count, leaveOneOut }))
          if (probes.labels[query]! >= 0) answers.push({ probe: query, found: [...indices] });
        drawings.push(
          await draw(panel, search, chosen(answers, search, options.probes, streams.stream('probes')), options),
        );
      }
      return drawings;
    },
  };
}

async function draw(
  { title }: FigurePanel,
  { probes, gallery }: Search,
  answers: readonly Answer[],
  { width, found }: RetrievalGalleryOptions,
): Promise<FigureDrawing> {
  const cell = (width - 18) / (found + 1);
  const side = cell - 5;
  const line = cell + 11;
  const names = shortNames(probes.classNames);
  const galleryNames = shortNames(gallery.classNames);
  const images: object[] = [];
  for (const [row, answer] of answers.entries()) {
    const [own] = await probes.pictures!.urls([answer.probe]);
    const urls = await gallery.pictures!.urls(answer.found);
    const label = probes.labels[answer.probe]!;
    images.push({
      url: own,
      x: 0,
      y: row * line,
      name: names[label],
      image: `${probes.pictures!.key}/${answer.probe}`,
      frame: ink,
      about: { probe: probes.classNames[label] },
    });
    answer.found.forEach((entry, place) => {
      const isRight = gallery.labels[entry] === label;
      images.push({
        url: urls[place],
        x: (place + 1) * cell + 14,
        y: row * line,
        name: galleryNames[gallery.labels[entry]!] ?? '–',
        image: `${gallery.pictures!.key}/${entry}`,
        frame: isRight ? right : wrong,
        isWrong: !isRight,
        about: {
          rank: place + 1,
          class: gallery.classNames[gallery.labels[entry]!] ?? 'none',
          answer: isRight ? 'right' : 'wrong',
        },
      });
    });
  }
  const box = { x: { field: 'x' }, y: { field: 'y' }, width: { value: side }, height: { value: side } };
  return {
    name: 'retrieval-gallery',
    title: `Retrieval gallery: ${title}`,
    description: `${answers.length} probes (left) and the first ${found} images that ${title} finds for each, framed blue where the class is right, orange and dashed where it is wrong. About half of the probes are such as are answered wrongly first, where there are so many.`,
    vega: {
      $schema: 'https://vega.github.io/schema/vega/v6.json',
      width,
      height: answers.length * line,
      padding: { left: 3, right: 3, top: 16, bottom: 3 },
      data: [{ name: 'images', values: images }],
      marks: [
        ...(
          [
            ['probe', 0],
            ...Array.from({ length: found }, (_, place) => [String(place + 1), (place + 1) * cell + 14]),
          ] as [string, number][]
        ).map(([text, x]) => ({
          type: 'text',
          encode: {
            update: {
              x: { value: x + side / 2 },
              y: { value: -5 },
              align: { value: 'center' },
              text: { value: text },
              fontSize: { value: 9 },
              fill: { value: mutedInk },
            },
          },
        })),
        {
          type: 'image',
          from: { data: 'images' },
          encode: { update: { ...box, url: { field: 'url' }, smooth: { value: false }, tooltip: { field: 'about' } } },
        },
        {
          type: 'rect',
          interactive: false,
          from: { data: 'images' },
          encode: {
            update: {
              ...box,
              stroke: { field: 'frame' },
              strokeWidth: { value: 1.8 },
              strokeDash: { signal: 'datum.isWrong ? [3, 2] : [1, 0]' },
            },
          },
        },
        {
          type: 'text',
          interactive: false,
          from: { data: 'images' },
          encode: {
            update: {
              x: { signal: `datum.x + ${side / 2}` },
              y: { signal: `datum.y + ${side + 9}` },
              align: { value: 'center' },
              text: { field: 'name' },
              limit: { value: cell },
              fontSize: { value: 8 },
              fill: { value: mutedInk },
            },
          },
        },
      ],
    },
    table: {
      columns: ['probe', 'probe class', 'rank', 'image', 'class', 'right'],
      rows: answers.flatMap(({ probe, found: entries }) =>
        entries.map((entry, place) => [
          probes.source?.(probe) ?? probe,
          probes.classNames[probes.labels[probe]!]!,
          place + 1,
          gallery.source?.(entry) ?? entry,
          gallery.classNames[gallery.labels[entry]!] ?? 'none',
          Number(gallery.labels[entry] === probes.labels[probe]),
        ]),
      ),
    },
  };
}
