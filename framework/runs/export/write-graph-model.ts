import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { frameworkVersion } from '../../base/system/version.ts';
import { constantBytes } from './constant-bytes.ts';
import type { Graph, NodeAttribute } from './graph.ts';

/** Bytes of a file of weights: what browsers cache well. */
const shardBytes = 4 * 2 ** 20;

const types = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' } as const;

/** An attribute as the JSON form of TensorFlow's `AttrValue`. */
function json(attribute: NodeAttribute): object {
  if ('type' in attribute) return { type: types[attribute.type] };
  if ('text' in attribute) return { s: Buffer.from(attribute.text).toString('base64') };
  if ('flag' in attribute) return { b: attribute.flag };
  if ('integer' in attribute) return { i: String(attribute.integer) };
  if ('float' in attribute) return { f: attribute.float };
  if ('integers' in attribute) return { list: { i: attribute.integers.map(String) } };
  return { shape: { dim: attribute.shape.map((side) => ({ size: String(side) })) } };
}

const tensorInfo = ({ name, shape }: Graph['input']): object => ({
  name: `${name}:0`,
  dtype: 'DT_FLOAT',
  tensorShape: { dim: shape.map((side) => ({ size: String(side) })) },
});

/**
 * Writes a graph model of TensorFlow.js: `model.json`, and the weights in files of 4 MiB beside it.
 *
 * @returns names of the files
 */
export async function writeGraphModel(folder: string, { nodes, input, output }: Graph): Promise<string[]> {
  const weights: { name: string; shape: readonly number[]; dtype: string }[] = [];
  const parts: Uint8Array[] = [];
  for (const node of nodes) {
    if (node.op !== 'Const') continue;
    const { dtype, shape, bytes } = await constantBytes(node);
    weights.push({ name: node.name, shape, dtype });
    parts.push(bytes);
  }
  const data = Buffer.concat(parts);
  const count = Math.max(1, Math.ceil(data.length / shardBytes));
  const paths = Array.from({ length: count }, (_, index) => `group1-shard${index + 1}of${count}.bin`);
  for (const [index, path] of paths.entries())
    await writeFile(join(folder, path), data.subarray(index * shardBytes, (index + 1) * shardBytes));
  const model = {
    format: 'graph-model',
    generatedBy: `ablate ${frameworkVersion}`,
    convertedBy: null,
    signature: { inputs: { images: tensorInfo(input) }, outputs: { embedding: tensorInfo(output) } },
    modelTopology: {
      node: nodes.map(({ name, op, inputs, attributes }) => ({
        name,
        op,
        ...(inputs.length > 0 && { input: inputs }),
        attr: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, json(value)])),
      })),
      versions: { producer: 1087 },
    },
    weightsManifest: [{ paths, weights }],
  };
  await writeFile(join(folder, 'model.json'), JSON.stringify(model));
  return ['model.json', ...paths];
}
