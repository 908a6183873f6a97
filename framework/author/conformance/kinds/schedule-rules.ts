import type { Progress, Schedule } from '../../../contracts/schedule.ts';
import { broken, holds, type Rule } from '../rules/rule.ts';
import type { Subject } from './subject.ts';

const EPOCHS = 10;
const STEPS_PER_EPOCH = 20;
const STEPS = EPOCHS * STEPS_PER_EPOCH;

const progressAt = (step: number): Progress => ({ step, epoch: step / STEPS_PER_EPOCH, steps: STEPS, epochs: EPOCHS });
const every = Array.from({ length: STEPS }, (_, step) => step);
const ratesOf = (schedule: Schedule, steps: readonly number[]): number[] =>
  steps.map((step) => schedule.rate(progressAt(step)));

/** What every schedule must satisfy. */
export const scheduleRules: readonly Rule<Subject<'schedule'>>[] = [
  {
    name: 'every rate is finite and not negative',
    why: 'A negative rate climbs the loss, and NaN spoils every weight in one step.',
    async find(subject) {
      const rates = ratesOf(await subject.make({}), every);
      const bad = rates.findIndex((rate) => !Number.isFinite(rate) || rate < 0);
      if (bad >= 0) return [broken(`step ${bad} of ${STEPS}`, `The rate is ${rates[bad]}.`)];
      return [holds(`${STEPS} steps of ${EPOCHS} epochs`, `from ${rates[0]} to ${rates.at(-1)}`)];
    },
  },
  {
    name: 'the rate is a pure function of the progress',
    why: 'A resumed run asks for a rate in the middle of training and must get the one that the first run had there.',
    async find(subject) {
      const forwards = ratesOf(await subject.make({}), every);
      const backwards = ratesOf(await subject.make({}), [...every].reverse()).reverse();
      const bad = forwards.findIndex((rate, step) => rate !== backwards[step]);
      if (bad >= 0)
        return [
          broken(
            `step ${bad} of ${STEPS}`,
            `Asked in order the rate is ${forwards[bad]}, asked in the reverse order ${backwards[bad]}.`,
          ),
        ];
      return [holds(`${STEPS} steps forwards and backwards`)];
    },
  },
];
