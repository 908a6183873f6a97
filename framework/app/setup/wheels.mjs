/**
 * One pinned Python wheel of which set-up takes a few members.
 *
 * @typedef {object} Wheel
 * @property {string} name the project on PyPI
 * @property {string} version
 * @property {string} sha256 of the wheel file
 * @property {number} bytes size of the wheel file
 * @property {string[]} tags pip's Python version, ABI and platform, in this order
 */

/** TensorFlow's version in the pinned wheels. */
const TENSORFLOW_VERSION = '2.21.0';

// The library does not depend on the Python version, so one tag serves whatever Python runs pip.
const tensorflow = (name, arch, bytes, sha256) => ({
  name,
  version: TENSORFLOW_VERSION,
  bytes,
  sha256,
  tags: ['3.11', 'cp311', `manylinux_2_27_${arch}`],
});
const nvidia = (name, version, platform, bytes, sha256) => ({
  name: `nvidia-${name}-cu12`,
  version,
  bytes,
  sha256,
  tags: ['3.11', 'none', `${platform}_x86_64`],
});

const CPU = {
  x64: tensorflow(
    'tensorflow-cpu',
    'x86_64',
    273829956,
    '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  ),
  arm64: tensorflow(
    'tensorflow',
    'aarch64',
    281828020,
    '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  ),
};

/**
 * The CUDA 12.9 libraries that the GPU build opens at run time, one consistent set; they serve any driver of CUDA 12 or
 * later.
 */
const GPU = [
  tensorflow('tensorflow', 'x86_64', 572440367, '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124'),
  nvidia(
    'cublas',
    '12.9.1.4',
    'manylinux_2_27',
    581242350,
    '453611eb21a7c1f2c2156ed9f3a45b691deda0440ec550860290dc901af5b4c2',
  ),
  nvidia(
    'cuda-cupti',
    '12.9.79',
    'manylinux_2_25',
    10814997,
    '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
  ),
  nvidia(
    'cuda-nvrtc',
    '12.9.86',
    'manylinux_2_12',
    89568129,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  ),
  nvidia(
    'cuda-runtime',
    '12.9.79',
    'manylinux_2_17',
    3493179,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  ),
  nvidia(
    'cudnn',
    '9.10.2.21',
    'manylinux_2_27',
    706758467,
    '949452be657fa16687d0930933f032835951ef0892b37d2d53824d1a84dc97a8',
  ),
  nvidia(
    'cufft',
    '11.4.1.4',
    'manylinux_2_17',
    200877592,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  ),
  nvidia(
    'curand',
    '10.3.10.19',
    'manylinux_2_27',
    68295626,
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  ),
  nvidia(
    'cusolver',
    '11.7.5.82',
    'manylinux_2_27',
    338117415,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  ),
  nvidia(
    'cusparse',
    '12.5.10.65',
    'manylinux_2_17',
    366465088,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  ),
  nvidia(
    'nccl',
    '2.27.7',
    'manylinux_2_17',
    322546339,
    'de5ba5562f08029a19cb1cd659404b18411ed0d6c90ac5f52f30bf99ad5809aa',
  ),
  nvidia(
    'nvjitlink',
    '12.9.86',
    'manylinux_2_12',
    39748338,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  ),
];

/**
 * The wheels that hold the native library for one build on one machine, TensorFlow's first.
 *
 * @param {boolean} gpu
 * @returns {Wheel[] | undefined} undefined where no wheel serves this platform
 */
export function wheelsFor(gpu, platform = process.platform, arch = process.arch) {
  if (platform !== 'linux') return undefined;
  if (gpu) return arch === 'x64' ? GPU : undefined;
  return CPU[arch] ? [CPU[arch]] : undefined;
}
