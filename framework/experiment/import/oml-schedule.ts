import { given, kebab, type SourceConfig } from './source-config.ts';

/** PyTorch's arguments of an optimizer → options of Ablate's. */
const optimizerOptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  adam: { weight_decay: 'weightDecay', eps: 'epsilon' },
  adamw: { weight_decay: 'weightDecay', eps: 'epsilon' },
  radam: { weight_decay: 'weightDecay', eps: 'epsilon' },
  sgd: { weight_decay: 'weightDecay', momentum: 'momentum', nesterov: 'nesterov' },
  rmsprop: { weight_decay: 'weightDecay', momentum: 'momentum', alpha: 'decay', eps: 'epsilon', centered: 'centered' },
};

/**
 * Makes the optimizer of PyTorch's class of that name with the arguments at a path. What has no counterpart stands by
 * its own name, so that the spec is refused until another is chosen.
 *
 * @returns the optimizer, and its learning rate where it has one
 */
export function torchOptimizer(
  config: SourceConfig,
  name: string,
  path: string,
): { readonly use: Record<string, unknown>; readonly rate: unknown } {
  const rate = config.take(`${path}.lr`);
  const own = kebab(name).replaceAll('-', '');
  const known = optimizerOptions[own];
  if (!known) {
    config.lose(path, 'no optimizer of Ablate is this one: choose one for the spec');
    return { use: { [own]: {} }, rate };
  }
  const betas = config.take(`${path}.betas`);
  const [beta1, beta2] = Array.isArray(betas) ? betas.map(Number) : [];
  const options = Object.entries(known).map(([theirs, ours]) => [ours, config.take(`${path}.${theirs}`)] as const);
  return { use: { [own]: given({ ...Object.fromEntries(options), beta1, beta2 }) }, rate };
}

/** Makes optimizer and schedule of a configuration of OML. */
export function omlSchedule(config: SourceConfig, epochs = 1): Record<string, unknown> {
  const name = String(config.take('optimizer.name'));
  const { use, rate } = torchOptimizer(config, name, 'optimizer.args');
  return { optimizer: use, schedule: scheduleOf(config, rate, epochs) };
}

function scheduleOf(config: SourceConfig, rate: unknown, epochs: number): Record<string, unknown> {
  if (config.peek('scheduling') === null || config.peek('scheduling') === undefined) {
    config.take('scheduling');
    return { constant: { rate } };
  }
  const byStep = config.take('scheduling.scheduler_interval') === 'step';
  config.take('scheduling.scheduler_frequency');
  if (byStep) config.notes.push('The schedule counts epochs here, and steps there: see to its numbers.');
  const name = String(config.take('scheduling.scheduler.name'));
  const args = 'scheduling.scheduler.args';
  const number = (key: string): number | undefined => config.number(`${args}.${key}`);
  switch (name) {
    case 'cosine_annealing':
      if (number('T_max') !== epochs)
        config.notes.push('cosine ends with the last epoch; `restarts` at one of its own.');
      return { cosine: given({ rate, finalRate: number('eta_min') }) };
    case 'multi_step': {
      const at = config.take(`${args}.milestones`);
      return { step: given({ rate, at: Array.isArray(at) ? at.map(Number) : [], factor: number('gamma') }) };
    }
    case 'step': {
      const size = number('step_size') ?? epochs;
      const at = Array.from({ length: Math.ceil(epochs / size) - 1 }, (_, index) => (index + 1) * size);
      return { step: given({ rate, at, factor: number('gamma') }) };
    }
    case 'exponential':
      return { exponential: given({ rate, factor: number('gamma') }) };
    case 'one_cycle':
      config.take(`${args}.total_steps`);
      return {
        'one-cycle': given({
          rate: number('max_lr') ?? rate,
          rise: number('pct_start'),
          initialDivisor: number('div_factor'),
          finalDivisor: number('final_div_factor'),
        }),
      };
    case 'reduce_on_plateau':
      config.notes.push('plateau watches a metric of validation: see to schedule.plateau.metric.');
      return {
        plateau: given({
          rate,
          metric: 'validation/Recall@1',
          factor: number('factor'),
          patience: number('patience'),
          minRate: number('min_lr'),
        }),
      };
    default:
      config.lose('scheduling.scheduler', 'no schedule of Ablate is this one: choose one for the spec');
      return { [kebab(name)]: {} };
  }
}
