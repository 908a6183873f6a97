import protobuf from 'protobufjs/light.js';

const optional = (type: string, id: number) => ({ type, id });
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });
const byName = (type: string, id: number): protobuf.IMapField => ({ keyType: 'string', type, id });

/**
 * The messages of TensorFlow's SavedModel as far as an inference graph needs them, with the field numbers of
 * `saved_model.proto`,
 * `meta_graph.proto`, `graph.proto`, `node_def.proto`, `attr_value.proto`, `tensor.proto` and `tensor_shape.proto`.
 */
const messages = protobuf.Root.fromJSON({
  nested: {
    Dim: { fields: { size: optional('int64', 1) } },
    Shape: { fields: { dim: repeated('Dim', 2) } },
    TensorValue: {
      fields: { dtype: optional('int32', 1), tensorShape: optional('Shape', 2), tensorContent: optional('bytes', 4) },
    },
    IntegerList: { fields: { i: { ...repeated('int64', 3), options: { packed: true } } } },
    AttrValue: {
      // One of these is there even where it is 0 or false.
      oneofs: { value: { oneof: ['list', 's', 'i', 'f', 'b', 'type', 'shape', 'tensor'] } },
      fields: {
        list: optional('IntegerList', 1),
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
        attr: byName('AttrValue', 5),
      },
    },
    VersionDef: { fields: { producer: optional('int32', 1) } },
    GraphDef: { fields: { node: repeated('NodeDef', 1), versions: optional('VersionDef', 4) } },
    TensorInfo: {
      fields: { name: optional('string', 1), dtype: optional('int32', 2), tensorShape: optional('Shape', 3) },
    },
    SignatureDef: {
      fields: {
        inputs: byName('TensorInfo', 1),
        outputs: byName('TensorInfo', 2),
        methodName: optional('string', 3),
      },
    },
    MetaInfo: { fields: { tags: repeated('string', 4), tensorflowVersion: optional('string', 5) } },
    MetaGraph: {
      fields: {
        metaInfoDef: optional('MetaInfo', 1),
        graphDef: optional('GraphDef', 2),
        signatureDef: byName('SignatureDef', 5),
      },
    },
    SavedModel: { fields: { savedModelSchemaVersion: optional('int64', 1), metaGraphs: repeated('MetaGraph', 2) } },
  },
});

/** TensorFlow's numbers of the types. */
export const typeNumbers = { float32: 1, int32: 3, bool: 10 } as const;

/** Encodes a `SavedModel` message. @throws where a field is of another type */
export function encodeSavedModel(content: object): Uint8Array {
  const type = messages.lookupType('SavedModel');
  return type.encode(type.fromObject(content)).finish();
}
