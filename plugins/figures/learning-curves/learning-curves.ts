import { z, type Figure, type FigureDrawing, type FigurePanel } from 'ablate-ml';
import {
  bandWords,
  columnWidth,
  figureWidth,
  lineChart,
  meanLine,
  meanLineCount,
  nameList,
  panelsByGroup,
  type Line,
} from 'ablate-ml/figures';

export const options = z.strictObject({
  width: figureWidth(columnWidth),
  metrics: z
    .array(z.string())
    .nullable()
    .default(null)
    .describe(
      'Which: `loss`, `softmax`, `validation/accuracy`; null for the loss and the first three validation metrics.',
    ),
  logLoss: z.boolean().default(false).describe('Logarithmic axis for losses.'),
});

/** Choices of the figure. */
export type LearningCurvesOptions = z.output<typeof options>;

const isLoss = (metric: string): boolean => !metric.startsWith('validation/');

/** Validation metrics that are drawn where none are named: the first, for evaluators put theirs in order of weight. */
const validated = 3;

/** `validation accuracy` */
const inWords = (metric: string): string => metric.replaceAll('/', ' ');

const slug = (metric: string): string =>
  metric
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();

/** Points of one metric of one run, by epoch. */
function pointsOf({ history }: FigurePanel, metric: string): { x: number; y: number }[] {
  return history.flatMap(({ epoch, metrics }) =>
    metrics[metric] === undefined ? [] : [{ x: epoch, y: metrics[metric] }],
  );
}

/** Draws one chart a metric; runs that differ in seed and fold alone are one line. */
export function learningCurves({ width, metrics, logLoss }: LearningCurvesOptions): Figure {
  return {
    async draw(panels) {
      const groups = panelsByGroup(panels);
      const known = [
        ...new Set(panels.flatMap(({ history }) => history.flatMap((point) => Object.keys(point.metrics)))),
      ];
      const wanted = metrics ?? ['loss', ...known.filter((name) => !isLoss(name)).slice(0, validated)];
      return wanted.flatMap((metric): FigureDrawing[] => {
        const lines: Line[] = [...groups]
          .map(([group, runs]) => ({
            group,
            points: meanLine(
              runs.map((run) => pointsOf(run, metric)).filter(({ length }) => length > 0),
              runs,
            ),
          }))
          .filter(({ points }) => points.length > 0);
        if (lines.every(({ points }) => points.length < 2)) return [];
        const several = Math.max(...[...groups.values()].map(({ length }) => length));
        return [
          {
            name: `learning-curve-${slug(metric)}`,
            title: `Learning curve of ${inWords(metric)}`,
            description: `${inWords(metric)} by epoch, ${lines.length === 1 ? 'of one run' : `of ${lines.length} runs: ${nameList(lines.map(({ group }) => group))}`}${several > 1 ? `; mean over up to ${meanLineCount(groups.values())} with its band: 95 % interval of three runs or more, range of two` : ''}.`,
            vega: lineChart({
              lines,
              width,
              x: { title: 'epoch', whole: true },
              y: { title: inWords(metric), ...(logLoss && isLoss(metric) && { type: 'log' }) },
              band: bandWords,
            }),
            table: {
              columns: ['run', 'epoch', metric, 'low', 'high'],
              rows: lines.flatMap(({ group, points }) =>
                points.map(({ x, y, low, high }) => [group, x, y, low ?? null, high ?? null]),
              ),
            },
          },
        ];
      });
    },
  };
}
