import type { ServiceIdentifier } from 'inversify';
import type { Backbone } from '../../contracts/backbone.ts';
import type { Dataset } from '../../contracts/dataset.ts';
import type { Evaluator } from '../../contracts/evaluator.ts';
import type { Head } from '../../contracts/head.ts';
import type { Loss } from '../../contracts/loss.ts';
import type { Optimizer } from '../../contracts/optimizer.ts';
import type { Sampler } from '../../contracts/sampler.ts';
import type { Schedule } from '../../contracts/schedule.ts';
import type { Clock } from './clock.ts';

/** What a run's container holds, each by its token. */
export const tokens = {
  /** The data set as its plugin makes it. */
  source: Symbol.for('ablate/Source') as ServiceIdentifier<Dataset>,
  /** The data set after `augment`. */
  dataset: Symbol.for('ablate/Dataset') as ServiceIdentifier<Dataset>,
  sampler: Symbol.for('ablate/Sampler') as ServiceIdentifier<Sampler>,
  clock: Symbol.for('ablate/Clock') as ServiceIdentifier<Clock>,
  backbone: Symbol.for('ablate/Backbone') as ServiceIdentifier<Backbone>,
  head: Symbol.for('ablate/Head') as ServiceIdentifier<Head>,
  schedule: Symbol.for('ablate/Schedule') as ServiceIdentifier<Schedule>,
  /** Loss `index` of the spec's list. */
  loss: (index: number) => Symbol.for(`ablate/Loss/${index}`) as ServiceIdentifier<Loss>,
  /** Evaluator `index` of the spec's list. */
  evaluator: (index: number) => Symbol.for(`ablate/Evaluator/${index}`) as ServiceIdentifier<Evaluator>,
  /** The optimizer of a parameter group; the empty name is the run's own. */
  optimizer: (group: string) => Symbol.for(`ablate/Optimizer/${group}`) as ServiceIdentifier<Optimizer>,
} as const;
