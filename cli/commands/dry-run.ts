import type { AgentClient } from '../agent-client.ts';
import {
  type Command,
  type Given,
  numberOf,
  type Option,
  type Outcome,
  optionOf,
  positionalOf,
  UsageError,
} from '../command.ts';
import { type Fields, fieldsOf, listOf } from '../fields.ts';
import { textOfFile } from '../read-file.ts';
import { table } from '../table.ts';

const payloadOptions = {
  bytes: { value: 'HEX', about: 'the payload' },
  'f-port': { value: 'NUMBER', about: 'its LoRaWAN port; 1 when absent' },
  settings: {
    value: 'JSON',
    about: 'settings of an imagined device, such as \'{"entity_type": "WasteContainer"}\'',
  },
} as const satisfies Readonly<Record<string, Option>>;

/** `carillon device test`. */
export const deviceTest: Command = {
  group: 'device',
  name: 'test',
  summary: 'shows what a payload or a message would become; nothing is written',
  positionals: [],
  options: {
    ...payloadOptions,
    model: { value: 'VENDOR/MODEL', about: 'decodes by a model of the catalogue' },
    codec: { value: 'NAME', about: 'decodes by an uploaded or built-in codec' },
    script: { value: 'FILE', about: 'decodes by a codec that is not uploaded' },
    device: { value: 'ID', about: 'with the settings of a registered device' },
    message: {
      value: 'FILE',
      about: 'a whole message of a network server or of a plain device, in the place of --bytes',
    },
    apikey: { value: 'KEY', about: 'of the plain device that sends the message' },
    id: { value: 'ID', about: 'of the plain device that sends the message' },
  },
  examples: [
    'carillon device test --model decentlab/dl-pm --f-port 1 --bytes 021b50000f0c25002500270027002701f50107012c012d012d012d67bd618dbd10',
    'carillon device test --message uplink.json',
  ],
  run: async (agent, given) => {
    const { model, codec, device, apikey } = Object.fromEntries(
      ['model', 'codec', 'device', 'apikey'].map((name) => [name, optionOf(given, name)]),
    );
    const file = optionOf(given, 'message');
    const script = optionOf(given, 'script');
    const body = {
      ...payloadOf(given),
      ...{ model, codec, device, apikey, device_id: optionOf(given, 'id') },
      ...(script === undefined ? {} : { script: await textOfFile(script) }),
      ...(file === undefined ? {} : { message: await textOfFile(file) }),
    };
    return tried(agent, body);
  },
};

/** `carillon codec test`. */
export const codecTest: Command = {
  group: 'codec',
  name: 'test',
  summary: 'shows what a codec makes of a payload; nothing is written',
  positionals: ['name'],
  options: { ...payloadOptions, bytes: { ...payloadOptions.bytes, isRequired: true } },
  examples: ['carillon codec test cayenne-lpp --bytes 03670110056700FF'],
  run: (agent, given) => tried(agent, { ...payloadOf(given), codec: positionalOf(given, 0) }),
};

function payloadOf(given: Given): Fields {
  const settings = optionOf(given, 'settings');
  return {
    bytes: optionOf(given, 'bytes'),
    fPort: numberOf(given, 'f-port'),
    ...(settings === undefined ? {} : { settings: parsed(settings) }),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--settings must be JSON: ${(error as Error).message}`);
  }
}

/** What cannot be decoded, or breaks a rule, would not be sent: that counts as refused. */
async function tried(agent: AgentClient, body: Fields): Promise<Outcome> {
  const data = await agent.call({ method: 'POST', path: ['iot', 'test'], body });
  const { errors, violations, ...rest } = fieldsOf(data);
  const faults = [
    ...textsIn(errors).map((error) => `error: ${error}`),
    ...listOf(violations).map(({ attribute, rule }) => `violation: ${attribute} ${rule}`),
  ];
  const parts = [
    ...entitiesIn(rest),
    ...decodedIn(rest),
    ...textsIn(rest['warnings']).map((one) => `warning: ${one}`),
    ...faults,
  ];
  return { text: parts.join('\n'), data, isRefused: faults.length > 0 };
}

function entitiesIn({ entities }: Fields): string[] {
  return listOf(entities).map(({ id, type, '@context': _, ...attributes }) => {
    const rows = Object.entries(attributes).map(([name, attribute]) => {
      const { value, object, unitCode } = fieldsOf(attribute);
      return [`  ${name}`, value ?? object, unitCode];
    });
    return `${id} (${type})\n${table(['  ATTRIBUTE', 'VALUE', 'UNIT'], rows)}\n`;
  });
}

/** Where nothing would be sent, at least what was decoded is shown. */
function decodedIn({ entities, decoded }: Fields): string[] {
  const isShown = listOf(entities).length > 0 || decoded === null;
  return isShown ? [] : [`decoded: ${JSON.stringify(decoded)}`];
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
