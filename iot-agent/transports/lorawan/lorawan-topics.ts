import type { LorawanServer } from '../../measurement.ts';
import type { Parsed } from '../envelope.ts';
import type { Arrival } from './arrival.ts';
import { networkServers, parseLorawan } from './network-servers.ts';

/** A form of topics that network servers publish on. */
export interface LorawanTopic {
  /** Names the sender in metrics. */
  readonly source: LorawanServer | 'lorawan';
  /** The MQTT topic filter; `+` stands for one level. */
  readonly filter: string;
  /** `wild`: the levels that the `+` of the filter stood for. `at`: microseconds since 1970. */
  parse(message: unknown, wild: readonly string[], at: number): Parsed;
}

type FromTopic = (wild: readonly string[]) => Omit<Arrival, 'at'>;

function topic(source: LorawanServer, filter: string, fromTopic: FromTopic = () => ({})): LorawanTopic {
  const { parse } = networkServers[source];
  return { source, filter, parse: (message, wild, at) => parse(message, { at, ...fromTopic(wild) }) };
}

const thingsStackEvents = ['up', 'join', 'down/+', 'location/solved', 'service/data'];

/** The topics of network servers, and `lorawan/<anything>` for those whose topics their users choose. */
export const lorawanTopics: readonly LorawanTopic[] = [
  ...thingsStackEvents.map((event) =>
    topic('things-stack', `v3/+/devices/+/${event}`, ([applicationId]) => ({ applicationId })),
  ),
  topic('chirpstack', 'application/+/device/+/event/+', ([, , event]) => ({ event })),
  topic('chirpstack', '+/application/+/device/+/event/+', ([region, , , event]) => ({
    event,
    downlink: { topicPrefix: `${region}/` },
  })),
  topic('actility', '+/things/+/uplink', ([account]) => ({ downlink: { topicPrefix: `${account}/` } })),
  topic('netmore', 'sensor/+/+/payload'),
  topic('netmore', 'sensor/+/+/downlink-response'),
  topic('helium', 'helium/+/rx'),
  { source: 'lorawan', filter: 'lorawan/+', parse: (message, _wild, at) => parseLorawan(message, { at }) },
];
