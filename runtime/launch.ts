import { fileURLToPath } from 'node:url';
import { ConfigError, helpText, readSettings, type SettingsOf } from './config.ts';
import { type LaunchedProgram, launch, stopSignal } from './launcher.ts';
import { integer, optional, text } from './setting-parsers.ts';

/** Readiness is asked on these ports, so the system cannot choose them. */
const port = integer({ min: 1, max: 65_535 });

const settingsTable = {
  host: {
    variable: 'HOST',
    default: '127.0.0.1',
    parse: text,
    meaning: 'address that both programs listen on',
  },
  brokerPort: { variable: 'BROKER_PORT', default: '1026', parse: port, meaning: 'NGSI-LD API of the broker' },
  agentPort: {
    variable: 'AGENT_PORT',
    default: '4041',
    parse: port,
    meaning: 'configuration API of the IoT agent',
  },
  devicePort: {
    variable: 'AGENT_DEVICE_PORT',
    default: '7896',
    parse: port,
    meaning: 'devices and webhooks',
  },
  mqttPort: { variable: 'MQTT_PORT', default: '1883', parse: port, meaning: 'the embedded MQTT broker' },
  mqttUrl: {
    variable: 'MQTT_URL',
    parse: optional(text),
    secret: true,
    meaning: 'an MQTT broker to use in place of the embedded one',
  },
  brokerUrl: {
    variable: 'BROKER_URL',
    parse: optional(text),
    meaning: 'where the IoT agent finds the broker, when that is not on BROKER_PORT here',
  },
} as const;

type Settings = SettingsOf<typeof settingsTable>;

/** The address under which this machine reaches what is bound to the host. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function programsOf(settings: Settings): LaunchedProgram[] {
  const host = reachable(settings.host);
  const brokerUrl = settings.brokerUrl ?? `http://${host}:${settings.brokerPort}`;
  const main = (program: string): string => fileURLToPath(new URL(`../${program}/main.js`, import.meta.url));
  return [
    {
      name: 'broker',
      main: main('broker'),
      env: {},
      readyUrl: `http://${host}:${settings.brokerPort}/health/ready`,
    },
    {
      name: 'IoT agent',
      main: main('iot-agent'),
      env: { BROKER_URL: brokerUrl },
      readyUrl: `http://${host}:${settings.agentPort}/health/ready`,
    },
  ];
}

function welcome(settings: Settings): string {
  const host = reachable(settings.host);
  const mqtt = settings.mqttUrl ? 'the broker of MQTT_URL' : `mqtt://${host}:${settings.mqttPort}`;
  return `
Carillon is ready.

  NGSI-LD API          http://${host}:${settings.brokerPort}/ngsi-ld/v1
  devices and services http://${host}:${settings.agentPort}/iot/devices
  webhooks             http://${host}:${settings.devicePort}/webhooks/things-stack
  MQTT                 ${mqtt}

  What is in it:       curl 'http://${host}:${settings.brokerPort}/ngsi-ld/v1/types'
  What to do next:     the tour in README.md takes five minutes
  To stop both:        Ctrl-C
`;
}

function say(line: string): void {
  // Standard output carries the programs' JSON logs.
  process.stderr.write(`${line}\n`);
}

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    process.stdout.write(helpText('The launcher', settingsTable));
    process.stdout.write('\nThe programs have more: npm run broker -- --help, npm run iot-agent -- --help\n');
    return 0;
  }
  const settings = readSettings(settingsTable, process.env);
  return launch({
    programs: programsOf(settings),
    onReady: () => say(welcome(settings)),
    say,
    stopAsked: stopSignal(),
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  say(error.message);
  process.exitCode = 2;
}
