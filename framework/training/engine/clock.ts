import type { PastValidation, Progress } from '../../contracts/schedule.ts';

/** How far the run has come; the engine sets it before every step, scheduled options and rates read it. */
export class Clock implements Progress {
  step = 0;
  /** What validation found so far of the metrics that something watches. */
  validations: readonly PastValidation[] = [];
  readonly steps: number;
  readonly stepsPerEpoch: number;

  /** @param steps steps of the whole run; @param stepsPerEpoch batches an epoch */
  constructor(steps: number, stepsPerEpoch: number) {
    this.steps = steps;
    this.stepsPerEpoch = stepsPerEpoch;
  }

  /** Gives a clock of the same run that stands at another step. */
  at(step: number): Clock {
    return Object.assign(new Clock(this.steps, this.stepsPerEpoch), { step, validations: this.validations });
  }

  /** Epochs done, with the fraction of the current one. */
  get epoch(): number {
    return this.step / this.stepsPerEpoch;
  }

  /** Epochs of the whole run. */
  get epochs(): number {
    return this.steps / this.stepsPerEpoch;
  }
}
