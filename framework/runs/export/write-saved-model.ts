import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { constantBytes } from './constant-bytes.ts';
import type { Graph, GraphNode, NodeAttribute } from './graph.ts';
import { encodeSavedModel, typeNumbers } from './saved-model-proto.ts';

/** Bytes that a protocol buffer may have. */
const maxBytes = 2 ** 31 - 1;

const tensorShapeProto = (shape: readonly number[]): object => ({ dim: shape.map((size) => ({ size })) });

function attribute(value: NodeAttribute): object {
  if ('type' in value) return { type: typeNumbers[value.type] };
  if ('text' in value) return { s: Buffer.from(value.text) };
  if ('flag' in value) return { b: value.flag };
  if ('integer' in value) return { i: value.integer };
  if ('float' in value) return { f: value.float };
  if ('integers' in value) return { list: { i: value.integers } };
  return { shape: tensorShapeProto(value.shape) };
}

async function nodeDef(node: GraphNode): Promise<object> {
  const { name, op, inputs, attributes } = node;
  if (op !== 'Const')
    return {
      name,
      op,
      input: inputs,
      attr: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attribute(value)])),
    };
  const { dtype, shape, bytes } = await constantBytes(node);
  return {
    name,
    op,
    attr: {
      dtype: { type: typeNumbers[dtype] },
      value: { tensor: { dtype: typeNumbers[dtype], tensorShape: tensorShapeProto(shape), tensorContent: bytes } },
    },
  };
}

const tensorInfo = ({ name, shape }: Graph['input']): object => ({
  name: `${name}:0`,
  dtype: typeNumbers.float32,
  tensorShape: tensorShapeProto(shape),
});

/**
 * Writes a SavedModel with the tag `serve` and the signature `serving_default`: `images` to `embedding`. The weights
 * are constants of the graph.
 *
 * @returns names of the files
 * @throws AblateError EXPORT_UNSUPPORTED where the weights are more than a protocol buffer holds
 */
export async function writeSavedModel(folder: string, { nodes, input, output }: Graph): Promise<string[]> {
  const encoded: object[] = [];
  let bytes = 0;
  for (const node of nodes) {
    encoded.push(await nodeDef(node));
    if (node.op === 'Const') bytes += (await constantBytes(node)).bytes.length;
  }
  if (bytes > maxBytes)
    throw new AblateError(
      'EXPORT_UNSUPPORTED',
      `The weights take ${bytes} bytes, and a SavedModel of one file holds 2 GiB.`,
      { remedy: 'Export with --format tfjs.' },
    );
  const signature = {
    inputs: { images: tensorInfo(input) },
    outputs: { embedding: tensorInfo(output) },
    methodName: 'tensorflow/serving/predict',
  };
  const metaGraph = {
    metaInfoDef: { tags: ['serve'] },
    graphDef: { node: encoded, versions: { producer: 1087 } },
    signatureDef: { serving_default: signature },
  };
  await writeFile(
    join(folder, 'saved_model.pb'),
    encodeSavedModel({ savedModelSchemaVersion: 1, metaGraphs: [metaGraph] }),
  );
  // TensorFlow's Python loader looks for the folder though nothing is in it.
  await mkdir(join(folder, 'variables'), { recursive: true });
  return ['saved_model.pb'];
}
