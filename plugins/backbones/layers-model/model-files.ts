import { createHash } from 'node:crypto';
import path from 'node:path';
import { AblateError, tf, z, type BackboneContext } from 'ablate-ml';
import { fetchBytes, locateFile, readRegularFile, type DataFile, type DataPlace } from 'ablate-ml/data';

const remedy =
  'Give the model.json that `model.save` of TensorFlow.js or `tensorflowjs_converter --output_format=tfjs_layers_model` wrote, with its weight files beside it.';

const modelJson = z.looseObject({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z
    .array(z.looseObject({ paths: z.array(z.string()), weights: z.array(z.looseObject({ name: z.string() })) }))
    .min(1),
});
type ModelJson = z.output<typeof modelJson>;

/** Where a model comes from: `model` and the files it names, one after the other. */
interface ModelSource {
  /** Path or address of the `model.json`. */
  readonly model: string;
  read(place: string): Promise<Buffer>;
  /** A file that lies beside the model's or below. @throws AblateError DATA_INVALID where it does not */
  beside(shard: string): string;
}

const outside = (model: string, shard: string): AblateError =>
  new AblateError('DATA_INVALID', `${model} names a weight file outside its folder: ${shard}.`, { remedy });

const onDisk = (model: string): ModelSource => ({
  model,
  read: (file) =>
    readRegularFile(file).catch((cause: Error) => {
      throw new AblateError(
        'DATA_NOT_FOUND',
        `Cannot read ${file}, a file of the layers-model backbone: ${cause.message}.`,
        { remedy, cause },
      );
    }),
  beside(shard) {
    const place = path.resolve(path.dirname(model), shard);
    if (path.relative(path.dirname(model), place).startsWith('..')) throw outside(model, shard);
    return place;
  },
});

const onServer = (model: string, signal: AbortSignal | undefined): ModelSource => ({
  model,
  read: (url) => fetchBytes(url, signal),
  beside(shard) {
    const place = new URL(shard, model).href;
    if (!place.startsWith(new URL('.', model).href)) throw outside(model, shard);
    return place;
  },
});

function parsed(text: Buffer, { model }: ModelSource): ModelJson {
  try {
    return modelJson.parse(JSON.parse(text.toString('utf8')));
  } catch (cause) {
    throw new AblateError('DATA_INVALID', `${model} is not a layers model of TensorFlow.js.`, { remedy, cause });
  }
}

const weightFiles = ({ weightsManifest }: ModelJson, source: ModelSource): string[] =>
  weightsManifest.flatMap(({ paths }) => paths).map((shard) => source.beside(shard));

/**
 * Reads a layers model from its `model.json` and the weight files that it names. TensorFlow.js's own loader is not used
 * for URLs: it reads zeros where the last of several weight files is larger than the first.
 *
 * @param sha256 of the `model.json` and the weight files behind it, in its order
 */
async function artifacts(source: ModelSource, sha256: string | undefined): Promise<tf.io.ModelArtifacts> {
  const text = await source.read(source.model);
  const hash = createHash('sha256').update(text);
  const model = parsed(text, source);
  const shards: Buffer[] = [];
  for (const file of weightFiles(model, source)) {
    const shard = await source.read(file);
    hash.update(shard);
    shards.push(shard);
  }
  const found = hash.digest('hex');
  if (sha256 !== undefined && found !== sha256.toLowerCase()) {
    throw new AblateError(
      'DOWNLOAD_FAILED',
      `The layers model ${source.model} is another: the SHA-256 of model.json and its weight files, one after the other, is ${found}, not ${sha256}.`,
      { remedy: 'Check the address and the checksum, or keep the files and give their path instead.' },
    );
  }
  const weights = Buffer.concat(shards);
  const weightSpecs = model.weightsManifest.flatMap(
    (group) => group.weights,
  ) as unknown as tf.io.WeightsManifestEntry[];
  return {
    ...model,
    weightSpecs,
    weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength) as ArrayBuffer,
  };
}

/**
 * Lists the weight files on this disk that a model names; none of a model on a server, whose checksum is the spec's.
 */
export async function weightFilesOf(model: DataFile, baseDirectory: string): Promise<string[]> {
  if (typeof model !== 'string') return [];
  const source = onDisk(path.resolve(baseDirectory, model));
  return weightFiles(parsed(await source.read(source.model), source), source);
}

/**
 * Looks whether a model's files are there, and reads what its `model.json` names; nothing of one that lies on a server.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID
 */
export async function inspectModel(model: DataFile, place: DataPlace): Promise<void> {
  if (typeof model !== 'string') return;
  for (const file of await weightFilesOf(await locateFile(model, place), place.baseDirectory))
    await locateFile(file, place);
}

/**
 * Loads a layers model.
 *
 * @param model a path that is resolved from `baseDirectory`, or an address with the checksum of all its files
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED
 */
export async function loadModel(
  model: DataFile,
  { baseDirectory, signal }: Pick<BackboneContext, 'baseDirectory' | 'signal'>,
): Promise<tf.LayersModel> {
  const [source, sha256] =
    typeof model === 'string'
      ? [onDisk(path.resolve(baseDirectory, model)), undefined]
      : [onServer(model.url, signal), model.sha256];
  try {
    return await tf.loadLayersModel({ load: () => artifacts(source, sha256) });
  } catch (cause) {
    if (cause instanceof AblateError) throw cause;
    throw new AblateError(
      'DATA_INVALID',
      `The layers model ${source.model} cannot be loaded: ${(cause as Error).message}`,
      { remedy, cause },
    );
  }
}
