import { skip } from './channel-payload.ts';
import type { DeviceModel } from './device-model.ts';
import { alarm, battery, milesightDecoder, people, temperature } from './milesight-channels.ts';

/** The decoder of counters of people who pass a door; `what` names the device in errors. */
export function passageDecoder(what: string): DeviceModel['decode'] {
  return milesightDecoder(what, {
    ...battery,
    '03 67': temperature,
    '04 cc': people('peopleInTotal', 'peopleOutTotal'),
    '05 cc': people('peopleIn', 'peopleOut'),
    '0a ef': skip(4, 'time'),
    '83 67': alarm(temperature),
    '84 cc': alarm(people('peopleInTotal', 'peopleOutTotal')),
    '85 cc': alarm(people('peopleIn', 'peopleOut')),
  });
}
