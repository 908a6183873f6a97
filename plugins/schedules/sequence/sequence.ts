import { AblateError, innerUseSchema, z, type Progress, type Schedule, type ScheduleContext } from 'ablate-ml';

export const options = z
  .strictObject({
    of: z.array(innerUseSchema).min(2).describe('the schedules, one after another: `{linear: {rate: 0.1}}`'),
    at: z.array(z.number().positive()).describe('epochs at which each but the first begins'),
  })
  .refine(({ of, at }) => at.length === of.length - 1, {
    message: 'at has one epoch for each schedule but the first',
    path: ['at'],
  })
  .refine(({ at }) => at.every((epoch, index) => index === 0 || epoch > at[index - 1]!), {
    message: 'the epochs of at rise',
    path: ['at'],
  });

/** What the sequence schedule is made of. */
export type SequenceOptions = z.output<typeof options>;

/** Puts schedules one after another, each with the epochs until the next one begins as if they were the whole run. */
export async function sequence({ of, at }: SequenceOptions, { component }: ScheduleContext): Promise<Schedule> {
  if (!component)
    throw new AblateError('PLUGIN_OPTIONS', 'sequence: the schedules that it is made of cannot be made here.', {
      remedy: 'Give a context with component.',
    });
  const schedules: Schedule[] = [];
  for (const use of of) schedules.push(await component('schedule', use));
  const watches = schedules.flatMap((schedule) => schedule.watches ?? []);
  return {
    ...(watches.length > 0 && { watches }),
    rate(progress) {
      // A share of an epoch is a quotient of steps: without the margin a schedule might begin a step late.
      const index = at.filter((epoch) => epoch <= progress.epoch + 1e-9).length;
      return schedules[index]!.rate(within(progress, at[index - 1] ?? 0, at[index] ?? progress.epochs));
    },
  };
}

/** The progress of the epochs from `begin` to `end`. */
function within({ step, epoch, steps, epochs, validations }: Progress, begin: number, end: number): Progress {
  const perEpoch = steps / epochs;
  const before = Math.round(begin * perEpoch);
  return {
    step: step - before,
    epoch: Math.max(0, epoch - begin),
    steps: Math.round((end - begin) * perEpoch),
    epochs: end - begin,
    ...(validations && {
      validations: validations
        .filter((validation) => validation.step > before)
        .map((validation) => ({ ...validation, step: validation.step - before })),
    }),
  };
}
