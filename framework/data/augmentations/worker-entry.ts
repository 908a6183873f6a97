/**
 * What `ablate-ml` is in decoding threads, which start fast and load no TensorFlow: all that an augmentation needs
 * beside `ablate-ml/augmentations`.
 */
export { z } from 'zod';
export { AblateError } from '../../base/errors/ablate-error.ts';
export { Random } from '../../base/random/random.ts';
export { RandomStreams } from '../../base/random/random-streams.ts';
export { definePlugin } from '../../plugins/define-plugin.ts';
