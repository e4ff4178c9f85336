import type { SettingsTable } from '../../runtime/config.ts';
import { milliseconds, oneOf, optional, optionalText, url } from '../../runtime/setting-parsers.ts';
import type { LorawanServer } from '../measurement.ts';
import type { ServerApi } from './ways/lorawan.ts';

const httpUrl = optional(url('http', 'https'));

/** The settings of commands. */
export const commandSettings = {
  notifyUrl: {
    variable: 'AGENT_NOTIFY_URL',
    parse: httpUrl,
    meaning:
      'where the broker reaches the configuration API, to tell of commands; unset: http://<HOST>:<AGENT_PORT>, or 127.0.0.1 when HOST is every address',
  },
  notifySecret: {
    variable: 'AGENT_NOTIFY_SECRET',
    parse: optionalText,
    secret: true,
    meaning:
      'what the ends of the paths follow from that the broker tells of commands at; unset: one that is made once and kept with the devices',
  },
  commandTtl: {
    variable: 'COMMAND_TTL',
    default: '1d',
    parse: milliseconds,
    meaning:
      'time after which a command is not sent any more, when neither it nor its configuration says ttl',
  },
  commandKeep: {
    variable: 'COMMAND_KEEP',
    default: '7d',
    parse: milliseconds,
    meaning: 'time after which a command that does not change any more is forgotten',
  },
  commandStatusNames: {
    variable: 'COMMAND_STATUS_NAMES',
    default: 'both',
    parse: oneOf('both', 'camel', 'fiware'),
    meaning: 'attributes that tell of a command: onStatus (camel), on_status and on_info (fiware), or both',
  },
  subscriptionCheck: {
    variable: 'COMMAND_SUBSCRIPTION_CHECK',
    default: '1m',
    parse: milliseconds,
    meaning: 'time between two looks whether the broker still has the subscriptions to commands',
  },
  commandTakeover: {
    variable: 'COMMAND_TAKEOVER',
    default: '8s',
    parse: milliseconds,
    meaning:
      'time without a sign of life after which other agents on the same registry do what an agent was about to do; the same for all of them',
  },
  thingsStackApiUrl: {
    variable: 'THINGS_STACK_API_URL',
    parse: httpUrl,
    meaning: 'HTTP API of The Things Stack, when downlinks shall go by it instead of MQTT or its webhook',
  },
  thingsStackApiKey: {
    variable: 'THINGS_STACK_API_KEY',
    parse: optionalText,
    secret: true,
    meaning: 'its key',
  },
  chirpstackApiUrl: {
    variable: 'CHIRPSTACK_API_URL',
    parse: httpUrl,
    meaning: "ChirpStack's REST proxy, when downlinks shall go by it instead of MQTT",
  },
  chirpstackApiKey: { variable: 'CHIRPSTACK_API_KEY', parse: optionalText, secret: true, meaning: 'its key' },
  loriotApiUrl: { variable: 'LORIOT_API_URL', parse: httpUrl, meaning: "Loriot's server, for downlinks" },
  loriotApiKey: { variable: 'LORIOT_API_KEY', parse: optionalText, secret: true, meaning: 'its key' },
  actilityApiUrl: {
    variable: 'ACTILITY_API_URL',
    parse: httpUrl,
    meaning: "ThingPark's server, for downlinks",
  },
  actilityApiKey: {
    variable: 'ACTILITY_API_KEY',
    parse: optionalText,
    secret: true,
    meaning: 'its tunnel key, which signs downlinks; unset: ACTILITY_TUNNEL_KEY',
  },
  netmoreApiUrl: { variable: 'NETMORE_API_URL', parse: httpUrl, meaning: "Netmore's server, for downlinks" },
  netmoreApiKey: { variable: 'NETMORE_API_KEY', parse: optionalText, secret: true, meaning: 'its key' },
} as const satisfies SettingsTable;

type Name = 'thingsStack' | 'chirpstack' | 'loriot' | 'actility' | 'netmore';

/** How the settings of a network server's API are called. */
const names: readonly (readonly [LorawanServer, Name])[] = [
  ['things-stack', 'thingsStack'],
  ['chirpstack', 'chirpstack'],
  ['loriot', 'loriot'],
  ['actility', 'actility'],
  ['netmore', 'netmore'],
];

type ApiSettings = Readonly<
  Record<`${Name}ApiUrl` | `${Name}ApiKey` | 'actilityTunnelKey', string | undefined>
>;

/** The HTTP APIs of network servers that the settings name. */
export function serverApis(settings: ApiSettings): ReadonlyMap<LorawanServer, ServerApi> {
  return new Map(
    names.flatMap(([server, name]): [LorawanServer, ServerApi][] => {
      const url = settings[`${name}ApiUrl`];
      const key =
        settings[`${name}ApiKey`] ?? (server === 'actility' ? settings.actilityTunnelKey : undefined);
      return url === undefined ? [] : [[server, { url, key }]];
    }),
  );
}
