import { AblateError, definePlugin, z } from 'ablate-ml';
import { proxyNca } from './proxy-nca.ts';

/** Proxy-NCA and Proxy-NCA++. */
export default definePlugin({
  kind: 'loss',
  name: 'proxy-nca',
  summary: 'Proxy-NCA (Movshovitz-Attias et al., ICCV 2017) and Proxy-NCA++ (Teh et al., ECCV 2020)',
  framework: '^0.1.0',
  schema: z.strictObject({
    variant: z
      .enum(['nca', 'nca++'])
      .default('nca++')
      .describe('whether the own proxy counts in the denominator (`nca++`) or not (`nca`)'),
    scale: z
      .number()
      .positive('scale must be above 0: at 0 no distance counts')
      .default(9)
      .describe('1 / temperature: what the squared distances are multiplied by'),
    rateMultiple: z
      .number()
      .min(0, 'rateMultiple multiplies a learning rate and cannot be negative')
      .default(1)
      .describe("learning rate of the proxies as a multiple of the run's"),
  }),
  create(options, context) {
    if (options.variant === 'nca' && context.classes < 2) {
      throw new AblateError(
        'PLUGIN_OPTIONS',
        'proxy-nca: variant nca compares with the proxies of other classes, and the data set has one class only.',
        { remedy: 'Use variant: nca++, or a data set of two classes or more.' },
      );
    }
    return proxyNca(options, context);
  },
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
