import type { DeviceEvent, Incoming, LorawanOrigin } from '../../measurement.ts';
import { EnvelopeError, type Fields, fieldsOf, isObject, type Parsed, textOf, timeOf } from '../envelope.ts';
import { actilityPlace, actilityUplink } from './actility-uplink.ts';
import type { Arrival } from './arrival.ts';
import { batteryOf, devEuiOf, given } from './lorawan-fields.ts';

type Reader = (report: Fields, origin: LorawanOrigin) => readonly Incoming[];

/** ThingPark's reports, by the one member that the message has. */
const readers: readonly (readonly [member: string, Reader])[] = [
  ['DevEUI_uplink', actilityUplink],
  ['DevEUI_downlink_Sent', sentOf],
  ['DevEUI_downlink_Rejected', rejectedOf],
  ['DevEUI_location', placeOf],
  ['DevEUI_notification', notificationOf],
];

/**
 * A report of Actility ThingPark in JSON; reports about other things than devices are ignored.
 * @throws EnvelopeError when it is no report of ThingPark, or its device cannot be told.
 */
export function parseActility(message: unknown, arrival: Arrival): Parsed {
  if (!isObject(message)) throw new EnvelopeError('a report of ThingPark must be a JSON object');
  for (const [member, read] of readers) {
    const report = message[member];
    if (isObject(report))
      return { kind: 'incoming', incoming: read(report, originOf(member, report, arrival)) };
  }
  const [name = ''] = Object.keys(message);
  if (!name.startsWith('DevEUI_'))
    throw new EnvelopeError('DevEUI_uplink is absent: is this a report of Actility ThingPark, in JSON?');
  return { kind: 'ignored', reason: `report ${name.slice(0, 40)}` };
}

function originOf(member: string, report: Fields, arrival: Arrival): LorawanOrigin {
  return {
    server: 'actility',
    devEui: devEuiOf(report['DevEUI'], `${member}.DevEUI`),
    receivedAt: timeOf(report['Time'], arrival.at),
    ...given({
      deviceId: textOf(fieldsOf(report['CustomerData'])['name']),
      applicationId: arrival.applicationId,
      downlink: arrival.downlink,
    }),
  };
}

/** `DeliveryStatus` 0 is a downlink that was not sent; a cause for each receive window says why. */
function sentOf(report: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  const isSent = String(report['DeliveryStatus'] ?? 1) !== '0';
  const causes = [1, 2, 3, 4].map((slot) => textOf(report[`DeliveryFailedCause${slot}`]));
  const reason = causes.filter((cause) => cause !== undefined).join(', ');
  const stage = isSent ? 'sent' : 'failed';
  const downlinkId = textOf(report['CorrelationID']);
  const why = isSent ? undefined : reason || 'not sent';
  return [{ kind: 'event', ...origin, event: 'downlink', stage, ...given({ downlinkId, reason: why }) }];
}

function rejectedOf(report: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  const downlinkId = textOf(report['CorrelationID']);
  const reason = textOf(report['Cause'] ?? report['Reason'] ?? report['Error']) ?? 'rejected';
  return [{ kind: 'event', ...origin, event: 'downlink', stage: 'failed', reason, ...given({ downlinkId }) }];
}

function placeOf(report: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  const location = actilityPlace(report);
  if (location === undefined) throw new EnvelopeError('DevEUI_location must have DevLAT and DevLON');
  const receivedAt = timeOf(report['DevLocTime'], origin.receivedAt);
  return [{ kind: 'event', ...origin, receivedAt, event: 'location', location }];
}

function notificationOf(report: Fields, origin: LorawanOrigin): readonly DeviceEvent[] {
  const event = { kind: 'event', ...origin } as const;
  const type = textOf(report['Type']) ?? 'notification';
  if (type === 'join') return [{ ...event, event: 'join' }];
  if (type === 'devstatusans')
    return [{ ...event, event: 'status', ...given({ batteryLevel: batteryIn(report) }) }];
  return [{ ...event, event: 'log', level: 'info', code: type, description: textOf(report['Var1']) ?? '' }];
}

function batteryIn({ Var1 }: Fields): number | undefined {
  return String(Var1) === '255' ? -1 : batteryOf(Var1);
}
