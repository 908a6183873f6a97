/** Metrics that decide where nobody names one, the first that there is; more of each is better. */
export const usualMetrics = ['MAP@R', 'Recall@1', 'verification-accuracy', 'accuracy'] as const;
