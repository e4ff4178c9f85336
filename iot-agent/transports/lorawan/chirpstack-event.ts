import { EnvelopeError, type Fields } from '../envelope.ts';

/**
 * The members that each event of ChirpStack has and the ones below do not. The order matters: zeros and falses are
 * left out, so that an event may have no more than the members of a plainer one.
 */
const marks: readonly (readonly [event: string, members: readonly string[]])[] = [
  ['integration', ['integrationName']],
  ['up', ['rxInfo', 'data', 'fPort', 'object', 'objectJSON']],
  ['log', ['level', 'code']],
  ['error', ['error']],
  ['location', ['location']],
  ['txack', ['downlinkId', 'gatewayId', 'gatewayID', 'txInfo']],
  ['ack', ['acknowledged', 'queueItemId', 'fCntDown', 'fCnt']],
  ['status', ['margin', 'batteryLevel', 'batteryLevelUnavailable', 'externalPowerSource']],
  ['join', ['devAddr']],
];

/**
 * Which event of ChirpStack a message is, by its shape.
 * @throws EnvelopeError when it has the marks of none.
 */
export function chirpstackEventOf(message: Fields): string {
  const mark = marks.find(([, members]) => members.some((member) => message[member] !== undefined));
  if (mark === undefined)
    throw new EnvelopeError(
      'it cannot be told which event of ChirpStack this is: have the URL of its HTTP integration end in ?event=up, as ChirpStack itself does',
    );
  return mark[0];
}
