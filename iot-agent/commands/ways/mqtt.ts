import type { Publisher } from '../../transports/publisher.ts';
import { CommandError } from '../command-error.ts';
import { scopeOf, sentValue } from '../command-value.ts';
import { jsonPayload, type Payload, ultraLightPayload } from '../payload.ts';
import { apikeyOf, type Dispatch, speaksUltraLight, type Way } from './way.ts';

/** Publishes on `/<apikey>/<device id>/cmd`, as FIWARE's agents do: JSON, or UltraLight 2.0. */
export function mqttWay(publisher: Publisher, now: () => number): Way {
  return async (dispatch) => {
    const { target, definition, route } = dispatch;
    const deviceId = target.record.settings.device_id;
    const apikey = apikeyOf(target, route);
    if (apikey === undefined)
      throw new CommandError(
        `device ${deviceId} has no apikey, which is a part of its topic: set apikey, or let it send a measure first`,
      );
    if (target.hasForeignKey)
      throw new CommandError(
        `the apikey of device ${deviceId} is that of another tenant's group: give the device one of its own`,
      );
    const { bytes } = payloadOf(dispatch, now());
    const { qos = 1, retain = false } = definition.mqtt ?? {};
    const connection = route?.kind === 'plain' ? route.connection : undefined;
    await publisher.publish(connection, `/${apikey}/${deviceId}/cmd`, bytes, { qos, retain });
    return { state: 'SENT' };
  };
}

/** What a plain device gets. @throws CommandError */
export function payloadOf({ command, definition, target }: Dispatch, now: number): Payload {
  const value = sentValue(command, definition, scopeOf(command, target, now));
  return speaksUltraLight(target)
    ? ultraLightPayload(definition, target.record.settings.device_id, value)
    : jsonPayload(definition, value);
}
