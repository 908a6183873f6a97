import { AblateError } from '../../base/errors/ablate-error.ts';
import { didYouMean } from '../../base/errors/did-you-mean.ts';
import type { TrainSpec } from '../../experiment/spec/spec.ts';
import type { Session } from './session.ts';

/** A metric of validation that something of a run depends on. */
interface Watched {
  /** `validation/accuracy` */
  readonly metric: string;
  /** Where the spec names it. */
  readonly path: string;
  /** What wants it. */
  readonly words: string;
}

/** Lists the metrics of validation that checkpoints, patience and the schedule depend on. */
export function watchedMetrics({ schedule }: Pick<Session, 'schedule'>, { keepBest }: TrainSpec): Watched[] {
  const { metric } = keepBest ?? {};
  return [
    ...(metric ? [{ metric, path: 'train.keepBest', words: `train.keepBest asks for the best ${metric}` }] : []),
    ...(schedule.watches ?? []).map((name) => ({
      metric: name,
      path: 'schedule',
      words: `the schedule follows ${name}`,
    })),
  ];
}

/** @throws AblateError SPEC_INVALID where something depends on validation and there is none */
/** Throws an `AblateError` where the spec watches a metric and no validation would measure it. */
export function requireValidation(session: Session, settings: TrainSpec): void {
  const { dataset, evaluators } = session;
  const [first] = watchedMetrics(session, settings);
  const { validateEvery } = settings;
  if (!first || (validateEvery > 0 && dataset.split('validation') && evaluators.length > 0)) return;
  const missing =
    validateEvery === 0
      ? 'train.validateEvery is 0'
      : evaluators.length === 0
        ? 'evaluate names no evaluator'
        : 'the data set has no validation split';
  throw new AblateError('SPEC_INVALID', `${first.words}, but ${missing}.`, {
    remedy: `Validate, or ${first.path === 'schedule' ? 'take a schedule that needs no validation' : 'leave train.keepBest out'}.`,
  });
}

/** @throws AblateError SPEC_INVALID where validation did not find a metric that something depends on */
/** Throws an `AblateError` where validation has not measured a metric that the spec watches. */
export function requireFound(watched: readonly Watched[], metrics: Readonly<Record<string, number>>): void {
  for (const { metric, path } of watched) {
    if (Object.hasOwn(metrics, metric)) continue;
    const names = Object.keys(metrics);
    const meant = didYouMean(metric, names);
    const place = path === 'schedule' ? path : `${path}.metric`;
    throw new AblateError(
      'SPEC_INVALID',
      `${place}: validation found no "${metric}". It found: ${names.join(', ')}.${meant ? ` ${meant}` : ''}`,
      { remedy: 'Name one of these.' },
    );
  }
}
