"""Reads an event file with TensorBoard's own reader, and prints what it found as JSON."""
import base64, json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig
from google.protobuf import text_format

events = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'images': 0, 'tensors': 0})
events.Reload()
tags = events.Tags()

def hparams(tag):
    data = events.SummaryMetadata(tag).plugin_data.content
    return plugin_data_pb2.HParamsPluginData.FromString(data)

start = hparams('_hparams_/session_start_info').session_start_info
settings = {}
for key, value in start.hparams.items():
    settings[key] = getattr(value, value.WhichOneof('kind'))
end = hparams('_hparams_/session_end_info').session_end_info
with open(sys.argv[1] + '/projector_config.pbtxt') as file:
    projector = text_format.Parse(file.read(), ProjectorConfig())
print(json.dumps({
    'scalars': {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags['scalars']},
    'images': {tag: [[e.step, e.width, e.height, len(e.encoded_image_string)] for e in events.Images(tag)] for tag in tags['images']},
    'spec': events.Tensors('spec')[0].tensor_proto.string_val[0].decode(),
    'settings': settings, 'group': start.group_name, 'status': end.status,
    'embeddings': [[e.tensor_name, e.tensor_path, e.metadata_path] for e in projector.embeddings],
}))
