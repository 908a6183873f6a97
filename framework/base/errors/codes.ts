/**
 * Every error that Ablate raises on purpose: its code, the exit code of the command line and what it means.
 * Exit codes: 2 bad input before any training, 1 a run failed.
 */
export const errorCodes = {
  SPEC_SYNTAX: { exit: 2, meaning: 'The file is not valid YAML.' },
  SPEC_NOT_FOUND: { exit: 2, meaning: 'A spec, or one that it extends, cannot be read.' },
  SPEC_INVALID: { exit: 2, meaning: 'The spec has one or more faults; each is listed with its place.' },
  PLUGIN_NOT_FOUND: { exit: 2, meaning: 'No plugin of that kind and name.' },
  PLUGIN_INVALID: { exit: 2, meaning: 'A plugin package is not what the framework can load.' },
  PLUGIN_UNTRUSTED: {
    exit: 2,
    meaning: 'A plugin, or what a spec has executed, is code that this project does not trust; it was not run.',
  },
  PLUGIN_OPTIONS: { exit: 2, meaning: 'A plugin refuses the options it was given.' },
  DATA_NOT_FOUND: { exit: 2, meaning: 'A data file or folder does not exist or cannot be read.' },
  DATA_INVALID: { exit: 2, meaning: 'A data file is not in the format it should have.' },
  DOWNLOAD_FAILED: { exit: 2, meaning: 'A download did not arrive, or its checksum is another.' },
  TOO_LARGE: {
    exit: 2,
    meaning: 'Something cannot fit into memory or on the disk; the message tells what it needs and what is free.',
  },
  DEVICE_UNAVAILABLE: { exit: 2, meaning: 'The device asked for does not work on this machine.' },
  EXPORT_UNSUPPORTED: { exit: 2, meaning: 'A model cannot be written in the format asked for.' },
  RUN_FOLDER: { exit: 2, meaning: 'The run folder cannot be used: in use, unfinished or of another spec.' },
  CHECKPOINT_INVALID: { exit: 2, meaning: 'A checkpoint is damaged or does not fit the run.' },
  USAGE: { exit: 2, meaning: 'The command line is not understood.' },
  LOSS_NOT_FINITE: { exit: 1, meaning: 'A loss became NaN or infinite.' },
  PLUGIN_FAILED: { exit: 1, meaning: 'A plugin threw, gave something of the wrong shape or left tensors behind.' },
  RUN_FAILED: { exit: 1, meaning: 'A run failed while training or evaluating.' },
  RANK_LOST: { exit: 1, meaning: 'A process of a run over several ended, stopped or did not come.' },
  DISK_FULL: { exit: 1, meaning: 'There is no room for what the run must write.' },
  LAUNCH_REFUSED: { exit: 1, meaning: 'What runs tasks elsewhere (Slurm, a local pool) refused what it was asked.' },
  TRACKER_REFUSED: { exit: 1, meaning: 'A tracking server refused what it was sent.' },
} as const;

/** A code of the table. */
export type ErrorCode = keyof typeof errorCodes;
