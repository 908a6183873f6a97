import { createRequire } from 'node:module';
import type protobuf from 'protobufjs/light.js';

const optional = (type: string, id: number) => ({ type, id });
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });
const packed = (type: string, id: number) => ({ ...repeated(type, id), options: { packed: true } });

/**
 * The messages of TensorFlow's graphs as far as they are written here, with the field numbers of `graph.proto`,
 * `node_def.proto`, `attr_value.proto`, `tensor.proto` and `tensor_shape.proto`.
 */
export const graphMessages = {
  Dim: { fields: { size: optional('int64', 1) } },
  Shape: { fields: { dim: repeated('Dim', 2) } },
  TensorValue: {
    fields: { dtype: optional('int32', 1), tensorShape: optional('Shape', 2), tensorContent: optional('bytes', 4) },
  },
  AttrList: { fields: { s: repeated('bytes', 2), i: packed('int64', 3), f: packed('float', 4), b: packed('bool', 5) } },
  AttrValue: {
    // One of these is there even where it is 0 or false.
    oneofs: { value: { oneof: ['list', 's', 'i', 'f', 'b', 'type', 'shape', 'tensor'] } },
    fields: {
      list: optional('AttrList', 1),
      s: optional('bytes', 2),
      i: optional('int64', 3),
      f: optional('float', 4),
      b: optional('bool', 5),
      type: optional('int32', 6),
      shape: optional('Shape', 7),
      tensor: optional('TensorValue', 8),
    },
  },
  NodeDef: {
    fields: {
      name: optional('string', 1),
      op: optional('string', 2),
      input: repeated('string', 3),
      attr: { keyType: 'string', type: 'AttrValue', id: 5 },
    },
  },
  VersionDef: { fields: { producer: optional('int32', 1) } },
  GraphDef: { fields: { node: repeated('NodeDef', 1), versions: optional('VersionDef', 4) } },
};

/** One operation of a graph; `input` names outputs (`node:1`) and, behind a `^`, operations that come before. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, object>>;
}

/** Puts a shape as a graph's attribute has it. */
export const shapeMessage = (shape: readonly number[]): object => ({ dim: shape.map((size) => ({ size })) });

let graphDef: protobuf.Type | undefined;

/** Encodes a `GraphDef`. @throws where a field is of another type */
export function encodeGraphDef(node: readonly GraphNode[]): Uint8Array {
  // Loaded once a graph is made, which few commands do.
  graphDef ??= (createRequire(import.meta.url)('protobufjs/light.js') as typeof protobuf).Root.fromJSON({
    nested: graphMessages,
  }).lookupType('GraphDef');
  // Of a time when a placeholder's shape [] had come to mean a scalar.
  return graphDef.encode(graphDef.fromObject({ node, versions: { producer: 2000 } })).finish();
}
