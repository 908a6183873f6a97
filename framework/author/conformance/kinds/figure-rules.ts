import type { EvaluationInput } from '../../../contracts/evaluator.ts';
import type { FigureDrawing, FigurePanel } from '../../../contracts/figure.ts';
import { broken, holds, notApplicable, type Finding, type Rule } from '../rules/rule.ts';
import { evaluationCase } from './evaluator-rules.ts';
import type { Subject } from './subject.ts';

/** Runs of two groups and two seeds, along an axis of three values. */
function panels(): FigurePanel[] {
  return [0.1, 0.2, 0.4].flatMap((lambda) =>
    [1, 2].map(
      (seed): FigurePanel => ({
        title: `lambda ${lambda} · seed ${seed}`,
        group: `lambda ${lambda}`,
        seed,
        point: { 'losses.0.center.lambda': lambda, seed },
        results: { metrics: { accuracy: 0.7 + lambda / 2 + seed / 100 }, curves: {} },
        history: [1, 2, 3].map((epoch) => ({
          epoch,
          step: 10 * epoch,
          metrics: { loss: 1 / epoch + lambda, 'validation/accuracy': 0.5 + epoch / 10 },
        })),
        input: async (): Promise<EvaluationInput> => evaluationCase(),
      }),
    ),
  );
}

const bare = (): FigurePanel[] =>
  panels().map((panel) => ({ ...panel, results: { metrics: {} }, history: [], input: async () => undefined }));

async function drawings(subject: Subject<'figure'>, of: readonly FigurePanel[]): Promise<FigureDrawing[]> {
  const drawn = await (await subject.make({})).draw(of);
  return drawn === undefined
    ? []
    : Array.isArray(drawn)
      ? [...(drawn as readonly FigureDrawing[])]
      : [drawn as FigureDrawing];
}

/** What is wrong with one drawing. */
async function faultOf({ name, title, description, vega, table }: FigureDrawing): Promise<string | undefined> {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}@=+._-]*$/u.test(name)) return `Its name "${name}" is no name of a file.`;
  if (!title || !description) return `It has no ${title ? 'description for those who cannot see it' : 'title'}.`;
  if (/"url":\s*"(?!data:)/.test(JSON.stringify(vega)))
    return 'Its data lie at an address instead of in the specification.';
  const { parse } = await import('vega');
  try {
    parse(vega as never);
  } catch (error) {
    return `Its specification is none that Vega reads: ${error instanceof Error ? error.message : String(error)}.`;
  }
  const row = table.rows.findIndex(
    (cells) =>
      cells.length !== table.columns.length || cells.some((cell) => typeof cell === 'number' && !Number.isFinite(cell)),
  );
  return row < 0
    ? undefined
    : `Row ${row} of its table is ${JSON.stringify(table.rows[row])} for the columns ${table.columns.join(', ')}.`;
}

/** What every figure must satisfy. */
export const figureRules: readonly Rule<Subject<'figure'>>[] = [
  {
    name: 'what it draws can be shown, described and tabulated',
    why: 'A picture that Vega refuses, or whose numbers no table holds, is lost when the run has ended.',
    async find(subject) {
      const drawn = await drawings(subject, panels());
      const findings: Finding[] = [];
      for (const drawing of drawn) {
        const fault = await faultOf(drawing);
        findings.push(
          fault === undefined
            ? holds(drawing.name, `${drawing.table.rows.length} rows`)
            : broken(drawing.name || 'a drawing', fault),
        );
      }
      return findings.length > 0 ? findings : [notApplicable('six runs', 'it has nothing to draw of them')];
    },
  },
  {
    name: 'the same runs give the same picture',
    why: 'A figure that changes from call to call cannot be compared or published.',
    async find(subject) {
      const [first, second] = [
        JSON.stringify(await drawings(subject, panels())),
        JSON.stringify(await drawings(subject, panels())),
      ];
      return [first === second ? holds('six runs, twice') : broken('six runs, twice', 'The drawings differ.')];
    },
  },
  {
    name: 'runs that have nothing to show break nothing',
    why: 'A run that failed early, or that kept no embeddings, must not cost the picture of the others.',
    async find(subject) {
      await drawings(subject, []);
      await drawings(subject, bare());
      return [holds('no run, and six without results, history and embeddings')];
    },
  },
];
