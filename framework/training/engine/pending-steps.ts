import type { StepEvent } from '../../contracts/run-event.ts';
import type { StepResult, StepUnderWay } from './training-step.ts';

/** What is known of a step before its numbers; `milliseconds` without the time that reading them takes. */
export type StepFacts = Omit<StepEvent, 'type' | keyof StepResult>;

/** Steps whose numbers have not been read yet, oldest first. */
export class PendingSteps {
  readonly #steps: { readonly step: StepUnderWay; readonly facts: StepFacts }[] = [];
  readonly #onStep: (event: StepEvent, stopping: boolean) => void;

  /** @param onStep hears of every step, in order, once its numbers are known, and whether a rank was to stop then */
  constructor(onStep: (event: StepEvent, stopping: boolean) => void) {
    this.#onStep = onStep;
  }

  /** Takes over a step that has begun. */
  add(step: StepUnderWay, facts: StepFacts): void {
    this.#steps.push({ step, facts });
  }

  /**
   * Reads all but the newest `leave`.
   *
   * @throws NonFiniteLoss of the first bad one; those after it are freed unread
   */
  async read(leave = 0): Promise<void> {
    while (this.#steps.length > leave) {
      const {
        step: { result },
        facts: { step, epoch, rate, milliseconds, images },
      } = this.#steps.shift()!;
      const began = performance.now();
      const {
        loss,
        parts,
        stopping = false,
      } = await result().catch(async (error: unknown) => {
        await Promise.allSettled(this.#steps.splice(0).map((later) => later.step.result()));
        throw error;
      });
      const event: StepEvent = {
        type: 'step',
        step,
        epoch,
        loss,
        parts,
        rate,
        milliseconds: milliseconds + performance.now() - began,
        images,
      };
      this.#onStep(event, stopping);
    }
  }
}
