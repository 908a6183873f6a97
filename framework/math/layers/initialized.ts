import type { Parameter } from '../../contracts/parameter.ts';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import { z } from 'zod';
import { fanInUniform } from './initializers.ts';

/** The option of a net that says how its weights begin, for a backbone's schema. */
export const initOption = z
  .enum(['own', 'pytorch'])
  .default('own')
  .describe(
    "weights to begin with, where no file gives them: `own`: by the net's own rule; `pytorch`: convolutions and fully connected layers by PyTorch's default",
  );

/**
 * Draws the weights of a net anew by PyTorch's default, where its options ask for it: kernels and biases uniform in ±1 /
 * √fanIn. This is `kaiming_uniform_` with a = √5 (He et al., ICCV 2015, eq. 15: ±√(6 / ((1 + a²) fanIn))), and the
 * default of biases. What normalizes or rectifies begins as PyTorch's already; embeddings of places stay.
 */
export function initialized<Net extends { readonly parameters: readonly Parameter[] }>(
  net: Net,
  { init }: { readonly init: z.output<typeof initOption> },
  { streams }: { readonly streams: RandomStreams },
): Net {
  if (init === 'own') return net;
  for (const { name, variable, fanIn } of net.parameters) {
    if (fanIn === undefined) continue;
    const start = fanInUniform(variable.shape, fanIn, streams.stream(`init/${name}`));
    variable.assign(start);
    start.dispose();
  }
  return net;
}
