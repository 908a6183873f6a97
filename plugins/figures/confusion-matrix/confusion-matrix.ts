import { z, type EmbeddedSplit, type Figure } from 'ablate-ml';
import {
  figureWidth,
  firstOfGroups,
  ink,
  nameList,
  pageWidth,
  panelGrid,
  panelWidth,
  shortNames,
} from 'ablate-ml/figures';

export const options = z.strictObject({
  width: figureWidth(pageWidth),
  most: z.int().min(2).max(200).default(20).describe('Most classes; of more, those that are confused most are drawn.'),
  columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
});

/** Choices of the figure. */
export type ConfusionMatrixOptions = z.output<typeof options>;

interface Cell {
  readonly own: string;
  readonly predicted: string;
  readonly count: number;
  readonly share: number;
}

/** Counts `[classes, classes]`, own class by predicted class. */
function countsOf({ labels, predictions, classNames }: EmbeddedSplit): Float64Array {
  const counts = new Float64Array(classNames.length ** 2);
  labels.forEach((label, row) => {
    const predicted = predictions![row]!;
    if (label >= 0 && predicted >= 0 && predicted < classNames.length) counts[label * classNames.length + predicted]!++;
  });
  return counts;
}

/** The classes with an image of theirs, or taken for them. */
function countedClasses(counts: Float64Array, classes: number): number[] {
  const counted = new Set<number>();
  counts.forEach((count, cell) => count > 0 && counted.add(Math.floor(cell / classes)).add(cell % classes));
  return [...counted].sort((one, other) => one - other);
}

/** Those of some classes with most confusions, in their own order; all where there are no more than `most`. */
function confusedClasses(counts: Float64Array, classes: number, among: readonly number[], most: number): number[] {
  const wrong = Array.from({ length: classes }, (_, one) =>
    Array.from({ length: classes }, (_other, other) =>
      one === other ? 0 : counts[one * classes + other]! + counts[other * classes + one]!,
    ).reduce((sum, count) => sum + count, 0),
  );
  return [...among]
    .sort((one, other) => wrong[other]! - wrong[one]! || one - other)
    .slice(0, most)
    .sort((one, other) => one - other);
}

/** Draws the share of each class's images that are predicted as each class, a panel a run. */
export function confusionMatrix({ width, most, columns }: ConfusionMatrixOptions): Figure {
  return {
    async draw(panels) {
      const drawn: { title: string; group: string; cells: Cell[]; names: string[]; left: number }[] = [];
      for (const { title, group, input } of firstOfGroups(panels)) {
        const found = await input();
        const split = await found?.split(found.role);
        if (!split?.predictions) continue;
        const { length } = split.classNames;
        const counts = countsOf(split);
        const counted = countedClasses(counts, length);
        const shown = confusedClasses(counts, length, counted, most);
        const names = shortNames(split.classNames);
        const cells = shown.flatMap((own) => {
          const all = Array.from({ length }, (_, predicted) => counts[own * length + predicted]!).reduce(
            (sum, count) => sum + count,
            0,
          );
          return shown
            .map(
              (predicted): Cell => ({
                own: names[own]!,
                predicted: names[predicted]!,
                count: counts[own * length + predicted]!,
                share: all > 0 ? counts[own * length + predicted]! / all : 0,
              }),
            )
            .filter(({ count }) => count > 0);
        });
        drawn.push({
          title,
          group,
          cells,
          names: shown.map((label) => names[label]!),
          left: counted.length - shown.length,
        });
      }
      if (drawn.length === 0) return undefined;
      const longest = Math.min(
        70,
        6 + 5 * Math.max(...drawn.flatMap(({ names }) => names.map(({ length }) => length))),
      );
      const grid = { panels: drawn, width, columns, margin: longest + 18, gap: longest + 44 };
      const side = panelWidth(grid) / Math.max(...drawn.map(({ names }) => names.length));
      const hidden = drawn.some(({ left }) => left > 0) ? ' Only the classes that are confused most are drawn.' : '';
      return {
        name: 'confusion-matrix',
        title: 'Confusion matrix',
        description: `Share of each class's images that are predicted as each class, rows the own class, by run: ${nameList(drawn.map(({ title }) => title))}.${hidden}`,
        vega: panelGrid({
          ...grid,
          panels: drawn.map(({ title, group, cells, names }) => {
            const rotated = names.some(({ length }) => length > 2);
            const band = (name: string, range: string): object => ({
              name,
              type: 'band',
              domain: names,
              range,
              paddingInner: 0.03,
            });
            const axis = (scale: string, orient: string, label: string): object => ({
              scale,
              orient,
              title: label,
              domain: false,
              ticks: false,
              labelLimit: 70,
              labelFontSize: Math.max(4, Math.min(9, side * 0.8)),
              ...(orient === 'bottom' && rotated && { labelAngle: -90, labelAlign: 'right', labelBaseline: 'middle' }),
            });
            const place = { x: { scale: 'x', field: 'predicted' }, y: { scale: 'y', field: 'own' } };
            return {
              title,
              group,
              content: {
                data: [
                  {
                    name: 'cells',
                    values: cells.map((cell) => ({
                      ...cell,
                      wrong: cell.own !== cell.predicted,
                      about: {
                        class: cell.own,
                        'predicted as': cell.predicted,
                        images: cell.count,
                        share: `${(100 * cell.share).toPrecision(3)} %`,
                      },
                    })),
                  },
                ],
                scales: [band('x', 'width'), band('y', 'height')],
                axes: [axis('x', 'bottom', 'predicted'), axis('y', 'left', 'class')],
                marks: [
                  {
                    type: 'rect',
                    from: { data: 'cells' },
                    encode: {
                      update: {
                        ...place,
                        width: { scale: 'x', band: 1 },
                        height: { scale: 'y', band: 1 },
                        fill: { signal: "datum.wrong ? '#d55e00' : '#0072b2'" },
                        fillOpacity: {
                          signal: 'datum.wrong ? 0.15 + 0.85 * sqrt(datum.share) : 0.15 + 0.75 * datum.share',
                        },
                        tooltip: { field: 'about' },
                      },
                    },
                  },
                  ...(side >= 17
                    ? [
                        {
                          type: 'text',
                          interactive: false,
                          from: { data: 'cells' },
                          encode: {
                            update: {
                              x: { ...place.x, band: 0.5 },
                              y: { ...place.y, band: 0.5 },
                              align: { value: 'center' },
                              baseline: { value: 'middle' },
                              fontSize: { value: Math.min(9, side * 0.42) },
                              fill: { signal: `datum.share > 0.55 ? '#fffffe' : '${ink}'` },
                              text: { field: 'count' },
                            },
                          },
                        },
                      ]
                    : []),
                ],
              },
            };
          }),
        }),
        table: {
          columns: ['run', 'class', 'predicted', 'images', 'share'],
          rows: drawn.flatMap(({ title, cells }) =>
            cells.map(({ own, predicted, count, share }) => [title, own, predicted, count, share]),
          ),
        },
      };
    },
  };
}
