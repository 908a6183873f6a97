import { AblateError } from '../../base/errors/ablate-error.ts';

/** Says that there is nothing to train on. */
export const noTrainingImages = (): AblateError =>
  new AblateError('DATA_INVALID', 'The data set has no training images.', {
    remedy: 'Give it a split with role "train"; a share of few images may come to none.',
  });
