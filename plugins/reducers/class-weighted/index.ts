import { definePlugin } from 'ablate-ml';
import { classWeighted, options, requireClasses } from './class-weighted.ts';

/** The mean, each loss weighed by its anchor's class. */
export default definePlugin({
  kind: 'reducer',
  name: 'class-weighted',
  summary: "The mean, each loss weighed by its anchor's class",
  framework: '^0.1.0',
  schema: options,
  create: (options, { classes }) => {
    requireClasses(options, classes);
    return classWeighted(options);
  },
});
