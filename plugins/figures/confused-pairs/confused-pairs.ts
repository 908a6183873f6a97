import { z, type EmbeddedSplit, type Figure, type FigureDrawing, type FigurePanel } from 'ablate-ml';
import { figureWidth, firstOfGroups, ink, mutedInk, pageWidth, shortNames } from 'ablate-ml/figures';
import { worstOfPairs, worstOfSplit, type ScoredPair, type WorstPairs } from './worst-pairs.ts';

export const options = z.strictObject({
  width: figureWidth(pageWidth),
  pairs: z.int().min(1).max(50).default(6).describe('Pairs of each kind.'),
});

/** Choices of the figure. */
export type ConfusedPairsOptions = z.output<typeof options>;

const kinds = { alike: 'different classes, most alike', unlike: 'same class, least alike' } as const;
const [titleHeight, textHeight, gap] = [22, 26, 14];

/** Draws two rows of image pairs with the angle between their embeddings; one figure a run. */
export function confusedPairs({ width, pairs }: ConfusedPairsOptions): Figure {
  return {
    async draw(panels) {
      const drawings: FigureDrawing[] = [];
      for (const panel of firstOfGroups(panels)) {
        const found = await panel.input();
        const given = await found?.pairs();
        const split = given?.images ?? (await found?.split(found.role)) ?? (await found?.split('probe'));
        if (!split?.pictures || split.labels.length < 2) continue;
        const drawing = await draw(
          panel,
          split,
          given ? worstOfPairs(given, pairs) : await worstOfSplit(split, pairs),
          width,
          pairs,
        );
        if (drawing) drawings.push(drawing);
      }
      return drawings;
    },
  };
}

async function draw(
  { title }: FigurePanel,
  split: EmbeddedSplit,
  worst: WorstPairs,
  width: number,
  most: number,
): Promise<FigureDrawing | undefined> {
  const cell = (width - 4) / most;
  const side = Math.min(64, (cell - gap) / 2);
  const names = shortNames(split.classNames);
  const rows = (Object.keys(kinds) as (keyof typeof kinds)[]).filter((kind) => worst[kind].length > 0);
  const height = rows.length * (titleHeight + side + textHeight);
  const name = (row: number): string => names[split.labels[row]!] ?? 'none';
  const angle = ({ cosine }: ScoredPair): number => (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
  const images: object[] = [];
  const texts: object[] = [];
  for (const [line, kind] of rows.entries()) {
    const top = line * (titleHeight + side + textHeight) + titleHeight;
    const urls = await split.pictures!.urls(worst[kind].flatMap(({ left, right }) => [left, right]));
    for (const [place, pair] of worst[kind].entries()) {
      const about = {
        pair: kinds[kind],
        left: name(pair.left),
        right: name(pair.right),
        angle: `${angle(pair).toFixed(1)}°`,
      };
      [pair.left, pair.right].forEach((row, at) =>
        images.push({
          url: urls[2 * place + at],
          x: place * cell + at * (side + 1),
          y: top,
          image: `${split.pictures!.key}/${row}`,
          about,
        }),
      );
      texts.push(
        { x: place * cell + side, y: top + side + 10, text: `${angle(pair).toFixed(0)}°`, strong: true },
        {
          x: place * cell + side,
          y: top + side + 20,
          text: kind === 'alike' ? `${name(pair.left)} | ${name(pair.right)}` : name(pair.left),
        },
      );
    }
  }
  if (images.every((image) => (image as { url?: string }).url === undefined)) return undefined;
  const own = (row: number): string => split.classNames[split.labels[row]!] ?? 'none';
  return {
    name: 'confused-pairs',
    title: `Worst-confused pairs: ${title}`,
    description: `Pairs of images that ${title} confuses most, with the angle between their embeddings: ${rows.map((kind) => kinds[kind]).join('; ')}.`,
    vega: {
      $schema: 'https://vega.github.io/schema/vega/v6.json',
      width,
      height,
      padding: 2,
      data: [
        { name: 'images', values: images },
        { name: 'texts', values: texts },
      ],
      marks: [
        ...rows.map((kind, line) => ({
          type: 'text',
          encode: {
            update: {
              x: { value: 0 },
              y: { value: line * (titleHeight + side + textHeight) + 14 },
              text: { value: kinds[kind] },
              fontSize: { value: 10 },
              fill: { value: ink },
            },
          },
        })),
        {
          type: 'image',
          from: { data: 'images' },
          encode: {
            update: {
              x: { field: 'x' },
              y: { field: 'y' },
              width: { value: side },
              height: { value: side },
              url: { field: 'url' },
              smooth: { value: false },
              tooltip: { field: 'about' },
            },
          },
        },
        {
          type: 'text',
          from: { data: 'texts' },
          encode: {
            update: {
              x: { field: 'x' },
              y: { field: 'y' },
              align: { value: 'center' },
              text: { field: 'text' },
              limit: { value: 2 * side + gap - 4 },
              fontSize: { value: 9 },
              fill: { signal: `datum.strong ? '${ink}' : '${mutedInk}'` },
            },
          },
        },
      ],
    },
    table: {
      columns: ['pair', 'left', 'left class', 'right', 'right class', 'angle'],
      rows: rows.flatMap((kind) =>
        worst[kind].map((pair) => [
          kinds[kind],
          split.source?.(pair.left) ?? pair.left,
          own(pair.left),
          split.source?.(pair.right) ?? pair.right,
          own(pair.right),
          angle(pair),
        ]),
      ),
    },
  };
}
