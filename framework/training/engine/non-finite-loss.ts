import { AblateError } from '../../base/errors/ablate-error.ts';

/** A loss became NaN or infinite: says at which step, in which part and where the gradient is largest. */
export class NonFiniteLoss extends AblateError {
  /** Training step from 0. */
  readonly step: number;

  /**
   * @param step training step from 0
   * @param numbers the step's loss and its parts
   * @param gradients largest magnitude of the gradient by parameter
   */
  constructor(
    step: number,
    numbers: { loss: number; parts: Readonly<Record<string, number>> },
    gradients: Readonly<Record<string, number>>,
  ) {
    const parts = Object.entries(numbers.parts)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ');
    const order = (value: number): number => (Number.isNaN(value) ? Infinity : value);
    const largest = Object.entries(gradients)
      .sort((one, other) => order(other[1]) - order(one[1]))
      .slice(0, 5);
    super(
      'LOSS_NOT_FINITE',
      `The loss is ${numbers.loss} at step ${step} (${parts}). Largest gradient by variable: ${largest.map(([name, value]) => `${name} ${value}`).join(', ')}. The last checkpoint is kept.`,
      {
        remedy:
          'Lower the learning rate, add a warm-up to the schedule, lower the margin or scale, or set train.clipGradientNorm.',
      },
    );
    this.step = step;
  }
}
