import type { Command } from './command.ts';
import { codecList, codecPut, codecRemove, codecShow } from './commands/codec.ts';
import { deviceAdd } from './commands/device-add.ts';
import { deviceApprove, deviceReject } from './commands/device-approve.ts';
import { deviceImport } from './commands/device-import.ts';
import { deviceList } from './commands/device-list.ts';
import { deviceRemove, deviceShow } from './commands/device-show.ts';
import { deviceSync } from './commands/device-sync.ts';
import { codecTest, deviceTest } from './commands/dry-run.ts';
import { modelList } from './commands/model-list.ts';

/** Every command, in the order in which the help lists them. */
export const commands: readonly Command[] = [
  deviceAdd,
  deviceImport,
  deviceList,
  deviceShow,
  deviceTest,
  deviceApprove,
  deviceReject,
  deviceRemove,
  deviceSync,
  codecPut,
  codecList,
  codecShow,
  codecTest,
  codecRemove,
  modelList,
];
