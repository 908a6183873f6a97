import protobuf from 'protobufjs/light.js';

const optional = (type: string, id: number) => ({ type, id });
const byName = (type: string, id: number): protobuf.IMapField => ({ keyType: 'string', type, id });
const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });

/**
 * The messages of an event file as far as Ablate writes them, with the field numbers of TensorFlow's `event.proto`,
 * `summary.proto`, `tensor.proto` and `tensor_shape.proto`, and of the HParams plugin's `plugin_data.proto` and `api.proto`.
 */
const messages = protobuf.Root.fromJSON({
  nested: {
    Image: {
      fields: {
        height: optional('int32', 1),
        width: optional('int32', 2),
        colorspace: optional('int32', 3),
        encoded: optional('bytes', 4),
      },
    },
    Dim: { fields: { size: optional('int64', 1) } },
    Shape: { fields: { dim: repeated('Dim', 2) } },
    TensorValue: {
      fields: { dtype: optional('int32', 1), shape: optional('Shape', 2), stringValue: repeated('bytes', 8) },
    },
    PluginData: { fields: { name: optional('string', 1), content: optional('bytes', 2) } },
    Metadata: { fields: { plugin: optional('PluginData', 1) } },
    Value: {
      oneofs: { value: { oneof: ['simpleValue', 'image', 'tensor'] } },
      fields: {
        tag: optional('string', 1),
        simpleValue: optional('float', 2),
        image: optional('Image', 4),
        tensor: optional('TensorValue', 8),
        metadata: optional('Metadata', 9),
      },
    },
    Summary: { fields: { value: repeated('Value', 1) } },
    Event: {
      oneofs: { what: { oneof: ['fileVersion', 'summary'] } },
      fields: {
        wallTime: optional('double', 1),
        step: optional('int64', 2),
        fileVersion: optional('string', 3),
        summary: optional('Summary', 5),
      },
    },
    Setting: {
      oneofs: { kind: { oneof: ['number', 'text', 'flag'] } },
      fields: { number: optional('double', 2), text: optional('string', 3), flag: optional('bool', 4) },
    },
    SessionStart: {
      fields: {
        settings: byName('Setting', 1),
        group: optional('string', 4),
        seconds: optional('double', 5),
      },
    },
    SessionEnd: { fields: { status: optional('int32', 1), seconds: optional('double', 2) } },
    Hparams: {
      oneofs: { data: { oneof: ['start', 'end'] } },
      fields: { version: optional('int32', 1), start: optional('SessionStart', 3), end: optional('SessionEnd', 4) },
    },
  },
});

/** Encodes a message of an event file. @throws where a field is of another type */
export function encode(name: 'Event' | 'Hparams', content: object): Uint8Array {
  const type = messages.lookupType(name);
  return type.encode(type.fromObject(content)).finish();
}
