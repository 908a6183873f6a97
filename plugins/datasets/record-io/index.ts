import path from 'node:path';
import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { indexOf } from './record-images.ts';
import { options, recordIo } from './record-io.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'record-io',
  summary:
    'MXNet .rec/.idx files and .bin verification sets, as MS1MV2, Glint360K, LFW and AgeDB-30 are passed around.',
  framework: '^0.1.0',
  schema: options,
  files: async ({ rec, idx }, from): Promise<Record<string, string[]>> =>
    typeof rec === 'string' && idx === null ? { idx: [path.resolve(from, indexOf(rec))] } : {},
  create: async (options, context) => imageDataset(await recordIo(options, context), context),
  inspect: async (options, context) => inspectImages(await recordIo(options, context), context),
});
