import type { EmbeddingRows, PostProcessor } from '../../../contracts/post-processor.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';
import { broken, holds, type Rule } from '../rules/rule.ts';
import type { Subject } from './subject.ts';

const DIM = 6;
const ROWS = 40;
const input = `${ROWS} rows of ${DIM}`;

function rowsOf(purpose: string): EmbeddingRows {
  const random = new RandomStreams(1).stream(`check/${purpose}`);
  return { values: Float32Array.from({ length: ROWS * DIM }, () => random.normal()), dim: DIM };
}

async function fitted(subject: Subject<'post-processor'>, seed?: number): Promise<PostProcessor> {
  const made = await subject.make({}, seed);
  await made.fit?.(rowsOf('training'));
  return made;
}

const applied = async (made: PostProcessor, rows: EmbeddingRows): Promise<EmbeddingRows> =>
  made.apply(rows, made.expands && { gallery: rows, leaveOneOut: true });

const areSame = (one: EmbeddingRows, other: EmbeddingRows): boolean =>
  one.dim === other.dim &&
  one.values.length === other.values.length &&
  one.values.every((value, index) => value === other.values[index]);

/** What every post-processor must satisfy. */
export const postProcessorRules: readonly Rule<Subject<'post-processor'>>[] = [
  {
    name: 'without a gallery a row comes out alike whichever others come with it',
    why: '`embed` and services give images one by one.',
    async find(subject) {
      const made = await fitted(subject);
      if (made.expands) return [holds(input, `expands the ${made.expands}`)];
      const whole = await applied(made, rowsOf('test'));
      const first = await applied(made, { values: rowsOf('test').values.slice(0, DIM), dim: DIM });
      return [
        areSame(first, { values: whole.values.slice(0, whole.dim), dim: whole.dim })
          ? holds(input, 'the first alone')
          : broken(input, 'The first row alone comes out differently.'),
      ];
    },
  },
  {
    name: 'as many finite rows come out as go in, and those are left alone',
    why: 'Row i of what is compared must be image i, and another evaluator compares the same embeddings.',
    async find(subject) {
      const made = await fitted(subject);
      const given = rowsOf('test');
      const { values, dim } = await applied(made, given);
      if (values.length !== ROWS * dim)
        return [broken(input, `It gives ${values.length} numbers for ${ROWS} rows of ${dim}.`)];
      if (!values.every(Number.isFinite)) return [broken(input, 'It gives what is not finite.')];
      return [
        areSame(given, rowsOf('test'))
          ? holds(input, `rows of ${dim}`)
          : broken(input, 'It changes the rows it was given.'),
      ];
    },
  },
  {
    name: 'what it has learned can be kept: restored, it gives the same to the bit',
    why: 'A run keeps it for `embed` and exports.',
    async find(subject) {
      const made = await fitted(subject, 1);
      if (Boolean(made.fit) !== Boolean(made.learned && made.restore))
        return [broken(input, 'fit, learned and restore come together.')];
      const again = await subject.make({}, 2);
      if (made.learned) again.restore!(structuredClone(made.learned()));
      return [
        areSame(await applied(made, rowsOf('test')), await applied(again, rowsOf('test')))
          ? holds(input, made.learned ? 'restored' : 'learns nothing')
          : broken(input, 'Restored, it gives other rows.'),
      ];
    },
  },
];
