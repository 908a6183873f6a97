/** The backbones that suites measure, as a spec names them; `pytorch_nets.py` and `keras_step.py` have the same. */
export const backbones = {
  'lenet-plus-plus-3': '{lenet-plus-plus: {embedding: 2, convolutionsPerStage: 1}}',
  'lenet-plus-plus-6': '{lenet-plus-plus: {embedding: 2, convolutionsPerStage: 2}}',
  'conv-4': '{conv-4: {}}',
  'sphereface-20': '{sphereface: {layers: 20}}',
  'resnet-18': '{resnet: {layers: 18}}',
} as const;
