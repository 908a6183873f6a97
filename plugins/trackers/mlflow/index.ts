import { definePlugin } from 'ablate-ml';
import { MlflowTracker } from './mlflow.ts';
import { options } from './options.ts';

export default definePlugin({
  kind: 'tracker',
  name: 'mlflow',
  summary: 'Projects the journal to an MLflow server over REST: params, metrics, tags, data set, artifacts, status.',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => new MlflowTracker(options, context),
});
