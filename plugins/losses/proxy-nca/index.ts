import { AblateError, definePlugin } from 'ablate-ml';
import { options, proxyNca } from './proxy-nca.ts';

/** Proxy-NCA and Proxy-NCA++. */
export default definePlugin({
  kind: 'loss',
  name: 'proxy-nca',
  summary: 'Proxy-NCA (Movshovitz-Attias et al., ICCV 2017) and Proxy-NCA++ (Teh et al., ECCV 2020)',
  framework: '^0.1.0',
  schema: options,
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
