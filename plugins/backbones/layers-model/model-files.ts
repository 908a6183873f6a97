import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AblateError, tf, z } from 'ablate-ml';

const remedy = 'Give the model.json that `model.save` of TensorFlow.js or `tensorflowjs_converter --output_format=tfjs_layers_model` wrote, with its weight files beside it.';

const modelJson = z.looseObject({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(z.looseObject({ name: z.string() })) })).min(1),
});

async function fromDisk(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new AblateError('DATA_NOT_FOUND', `Cannot read ${file}, a file of the layers-model backbone.`, { remedy, cause });
  }
}

async function fromServer(url: string): Promise<Buffer> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (cause) {
    throw new AblateError('DOWNLOAD_FAILED', `Cannot fetch ${url}, a file of the layers-model backbone: ${(cause as Error).message}.`, { remedy, cause });
  }
}

/** A file that lies beside the model's or below. @throws AblateError DATA_INVALID where it does not */
function beside(model: string, remote: boolean, shard: string): string {
  const place = remote ? new URL(shard, model).href : path.resolve(path.dirname(model), shard);
  const inside = remote ? place.startsWith(new URL('.', model).href) : !path.relative(path.dirname(model), place).startsWith('..');
  if (!inside) throw new AblateError('DATA_INVALID', `${model} names a weight file outside its folder: ${shard}.`, { remedy });
  return place;
}

/**
 * Reads a layers model from its `model.json` and the weight files that it names. TensorFlow.js's own loader is not used for URLs: it reads zeros
 * where the last of several weight files is larger than the first.
 */
async function artifacts(model: string, remote: boolean): Promise<tf.io.ModelArtifacts> {
  const read = remote ? fromServer : fromDisk;
  const text = await read(model);
  let parsed: z.output<typeof modelJson>;
  try {
    parsed = modelJson.parse(JSON.parse(text.toString('utf8')));
  } catch (cause) {
    throw new AblateError('DATA_INVALID', `${model} is not a layers model of TensorFlow.js.`, { remedy, cause });
  }
  const shards: Buffer[] = [];
  for (const shard of parsed.weightsManifest.flatMap(({ paths }) => paths)) shards.push(await read(beside(model, remote, shard)));
  const weights = Buffer.concat(shards);
  const weightSpecs = parsed.weightsManifest.flatMap((group) => group.weights) as unknown as tf.io.WeightsManifestEntry[];
  return { ...parsed, weightSpecs, weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer };
}

/**
 * Loads a layers model.
 *
 * @param model `http(s)://…/model.json`, or a path that is resolved from `baseDirectory`
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED
 */
export async function loadModel(model: string, baseDirectory: string): Promise<tf.LayersModel> {
  const remote = /^https?:\/\//.test(model);
  const place = remote ? model : path.resolve(baseDirectory, model);
  try {
    return await tf.loadLayersModel({ load: () => artifacts(place, remote) });
  } catch (cause) {
    if (cause instanceof AblateError) throw cause;
    throw new AblateError('DATA_INVALID', `The layers model ${place} cannot be loaded: ${(cause as Error).message}`, { remedy, cause });
  }
}
