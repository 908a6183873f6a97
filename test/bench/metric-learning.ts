import { pythonEnvironment } from './python-environment.ts';

/** Python with the pytorch-metric-learning and faiss that suites measure against. */
export const metricLearning = (): string =>
  pythonEnvironment(
    'pytorch-metric-learning',
    ['torch', 'faiss', 'pytorch_metric_learning'],
    ['torch==2.13.0', 'faiss-cpu==1.15.1', 'pytorch-metric-learning==2.9.0'],
  );
