import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Kind } from '../../../framework/contracts/plugin.ts';
import type { CatalogueEntry } from '../../../framework/plugins/catalogue.ts';
import { kindNames } from '../../../framework/plugins/kinds.ts';
import { makeComponent } from '../../../framework/plugins/make-component.ts';
import { LeakWatch } from '../../../framework/training/engine/leak-watch.ts';

type Method = (...args: unknown[]) => unknown;

/** A component of a kind whose one function does what `body` does. */
interface Sample {
  /** The function, as the engine calls it: `split.images` is the one of a data set's split. */
  readonly name: string;
  readonly args: () => unknown[];
  /** What it gives where all is well. */
  readonly good: () => unknown;
  /** What it gives where the shape is wrong. */
  readonly bad: () => unknown;
  /** The function whose tensors are counted, where it is another: a tracker's `finish` waits while others compute. */
  readonly counted?: string;
  /** Whether training calls it in every step, so that the engine's watch finds what it leaves. */
  readonly inSteps: boolean;
  /** A component whose function is `method`. */
  readonly made: (method: Method) => object;
}

const images = (): unknown[] => [tf.zeros([2, 4, 4, 1])];
const split = (method: Method): object => ({
  role: 'train',
  length: 2,
  labels: Int32Array.of(0, 1),
  classNames: ['a', 'b'],
  images: method,
});

const samples: Readonly<Record<Kind, Sample>> = {
  dataset: {
    name: 'images',
    args: () => [Int32Array.of(0)],
    good: () => new Float32Array(16),
    bad: () => [0, 0],
    inSteps: true,
    made: (method) => ({ imageShape: [4, 4, 1], provenance: { digest: 'x', source: 'y' }, split: () => split(method) }),
  },
  augmentation: {
    name: 'apply',
    args: () => [{ data: new Uint8Array(4), height: 2, width: 2, channels: 1 }],
    good: () => ({ data: new Uint8Array(4), height: 2, width: 2, channels: 1 }),
    bad: () => new Uint8Array(4),
    inSteps: true,
    made: (apply) => ({ p: 1, apply, sizeAfter: () => [2, 2] }),
  },
  sampler: {
    name: 'batch',
    args: () => [0, 0],
    good: () => Int32Array.of(0),
    bad: () => [0],
    inSteps: true,
    made: (batch) => ({ stepsPerEpoch: 1, batch }),
  },
  backbone: {
    name: 'forward',
    args: images,
    good: () => tf.zeros([2, 3]),
    bad: () => tf.zeros([2, 4]),
    inSteps: true,
    made: (forward) => ({ dim: 3, parameters: [], forward }),
  },
  head: {
    name: 'classify',
    args: images,
    good: () => tf.zeros([2, 5]),
    bad: () => tf.zeros([3, 5]),
    inSteps: true,
    made: (classify) => ({ kind: 'linear', parameters: [], forward: () => undefined, classify }),
  },
  loss: {
    name: 'forward',
    args: () => [{}],
    good: () => ({ value: tf.scalar(1) }),
    bad: () => ({ value: 1 }),
    inSteps: true,
    made: (forward) => ({ parameters: [], forward }),
  },
  distance: {
    name: 'between',
    args: () => [tf.zeros([2, 3]), tf.zeros([4, 3])],
    good: () => tf.zeros([2, 4]),
    bad: () => tf.zeros([4, 2]),
    inSteps: true,
    made: (between) => ({ between }),
  },
  miner: {
    name: 'mine',
    args: () => [{}],
    good: () => ({ positive: tf.zeros([2, 4]), negative: tf.zeros([2, 4]) }),
    bad: () => ({ positive: tf.zeros([2, 4]) }),
    inSteps: true,
    made: (mine) => ({ mine }),
  },
  reducer: {
    name: 'weigh',
    args: () => [{ losses: tf.zeros([2, 4]) }],
    good: () => ({ weights: tf.zeros([2, 4]) }),
    bad: () => ({ weights: tf.zeros([2]) }),
    inSteps: true,
    made: (weigh) => ({ weigh }),
  },
  regularizer: {
    name: 'penalty',
    args: () => [tf.zeros([2, 3])],
    good: () => tf.scalar(1),
    bad: () => tf.zeros([2]),
    inSteps: true,
    made: (penalty) => ({ penalty }),
  },
  optimizer: {
    name: 'apply',
    args: () => [[], 0.1, 0],
    good: () => undefined,
    bad: () => Promise.resolve(),
    inSteps: true,
    made: (apply) => ({ prepare: () => undefined, slots: [], apply }),
  },
  schedule: {
    name: 'rate',
    args: () => [{}],
    good: () => 0.1,
    bad: () => '0.1',
    inSteps: true,
    made: (rate) => ({ rate }),
  },
  'post-processor': {
    name: 'apply',
    args: () => [{ values: new Float32Array(6), dim: 3 }],
    good: async () => ({ values: new Float32Array(6), dim: 3 }),
    bad: async () => new Float32Array(6),
    inSteps: false,
    made: (apply) => ({ apply }),
  },
  evaluator: {
    name: 'evaluate',
    args: () => [{}],
    good: async () => ({ metrics: {} }),
    bad: async () => ({ accuracy: 1 }),
    inSteps: false,
    made: (evaluate) => ({ evaluate }),
  },
  figure: {
    name: 'draw',
    args: () => [[]],
    good: async () => [{ name: 'x', vega: {} }],
    bad: async () => [{ title: 'x' }],
    inSteps: false,
    made: (draw) => ({ draw }),
  },
  tracker: {
    name: 'finish',
    args: () => [],
    good: async () => ({ complete: true }),
    bad: async () => true,
    counted: 'start',
    inSteps: false,
    made: (finish) => ({ start: finish, finish }),
  },
  launcher: {
    name: 'launch',
    args: () => [{}],
    good: async () => ({ job: '1', lines: [] }),
    bad: async () => '1',
    inSteps: false,
    made: (launch) => ({ launch }),
  },
};

const entryOf = (kind: Kind, create: () => unknown): CatalogueEntry =>
  ({
    manifest: { kind, name: 'mine', summary: 'Mine.', framework: '^0.1.0', schema: z.strictObject({}), create },
    origin: 'package',
    location: '/nowhere',
    version: '1.2.3',
    source: 'The package "a-package"',
  }) as unknown as CatalogueEntry;

const make = (kind: Kind, create: () => unknown) => makeComponent(entryOf(kind, create), {}, {} as never);

/** The component with `method`, and the function that reaches it. */
async function calling(kind: Kind, method: Method, name = samples[kind].name): Promise<Method> {
  const component = (await make(kind, () => samples[kind].made(method))) as unknown as Record<string, Method>;
  if (kind === 'dataset') return (component['split']!('train') as Record<string, Method>)['images']!;
  return component[name]!;
}

/** What it throws, at once or later. */
const faultOf = async (body: () => unknown): Promise<unknown> => {
  try {
    await body();
    return undefined;
  } catch (error) {
    return error;
  }
};

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

describe.each(kindNames)('a %s of a package', (kind) => {
  const who = `The ${kind} "mine" of the package "a-package" 1.2.3`;
  const { name, args, good, bad, counted, inSteps } = samples[kind];

  it('that does what it must is let be', async () => {
    const call = await calling(kind, good);
    expect(await faultOf(() => call(...args()))).toBeUndefined();
  });

  it('whose factory throws is named', async () => {
    const fault = await faultOf(() =>
      make(kind, () => {
        throw new Error('no table');
      }),
    );
    expect(fault).toMatchObject({ code: 'PLUGIN_OPTIONS', problem: `${who} could not be made: no table` });
  });

  it('whose factory makes something else is named', async () => {
    expect(await faultOf(() => make(kind, () => ({})))).toMatchObject({
      code: 'PLUGIN_INVALID',
      problem: expect.stringContaining(`${who} makes a ${kind} that has no`) as string,
    });
  });

  it('that throws is named', async () => {
    const call = await calling(kind, () => {
      throw new Error('this batch is odd');
    });
    expect(await faultOf(() => call(...args()))).toMatchObject({
      code: 'PLUGIN_FAILED',
      problem: `${who} failed in ${name}: this batch is odd`,
    });
  });

  it('that gives something of another shape is named', async () => {
    const call = await calling(kind, bad);
    expect(await faultOf(() => call(...args()))).toMatchObject({
      code: 'PLUGIN_FAILED',
      problem: expect.stringMatching(/ gives .* instead of /) as string,
      message: expect.stringContaining(who) as string,
    });
  });

  it('that leaves tensors behind is named, and not before it has done so again and again', async () => {
    const leave: Method = () => {
      tf.keep(tf.scalar(1));
      return good();
    };
    const call = await calling(kind, leave, counted);
    const given = args();
    const watch = new LeakWatch();
    let calls = 0;
    let fault: unknown;
    while (fault === undefined && calls < 20) {
      calls++;
      fault = await faultOf(async () => {
        if (inSteps) {
          tf.dispose((await call(...given)) as tf.TensorContainer);
          watch.look();
        } else await call(...given);
      });
    }
    watch.stop();
    expect(fault).toMatchObject({
      code: 'PLUGIN_FAILED',
      problem: `${who} leaves 1 tensor behind in every ${inSteps ? 'step' : 'call'}: memory would grow until the run ends`,
    });
    expect(calls).toBeGreaterThan(7);
  });

  it('that leaves one behind once is let be', async () => {
    let first = true;
    const call = await calling(kind, () => {
      if (first) tf.keep(tf.scalar(1));
      first = false;
      return good();
    });
    const given = args();
    const watch = new LeakWatch();
    for (let calls = 0; calls < 12; calls++) {
      tf.dispose((await call(...given)) as tf.TensorContainer);
      watch.look();
    }
    watch.stop();
  });
});
