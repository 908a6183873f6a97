import protobuf from 'protobufjs/light.js';
import { graphMessages } from '../../devices/native/graph-def.ts';

const optional = (type: string, id: number) => ({ type, id });
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });
const byName = (type: string, id: number): protobuf.IMapField => ({ keyType: 'string', type, id });

/**
 * The messages of TensorFlow's SavedModel as far as an inference graph needs them, with the field numbers of
 * `saved_model.proto` and `meta_graph.proto`.
 */
const messages = protobuf.Root.fromJSON({
  nested: {
    ...graphMessages,
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
