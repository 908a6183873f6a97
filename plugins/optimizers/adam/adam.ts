import { adaptiveMoments, type AdaptiveMomentsOptions, type Optimizer } from 'ablate-ml';

/** Adam with weight decay as L2 regularization: the decay is part of the gradient and so of both moments. */
export function adam(options: AdaptiveMomentsOptions): Optimizer {
  return adaptiveMoments(options, 'coupled');
}
