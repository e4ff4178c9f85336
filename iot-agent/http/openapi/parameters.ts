import type { Schema } from './operation.ts';

/** A parameter of a query. */
interface QueryParameter {
  readonly about: string;
  readonly schema: Schema;
}

const text = { type: 'string' } as const;
const flag = { enum: ['true', 'false'] } as const;

/** Parameters of queries, by name. */
export const queryParameters: Readonly<Record<string, QueryParameter>> = {
  limit: { about: 'How many at most', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 20 } },
  offset: { about: 'How many to leave out first', schema: { type: 'integer', minimum: 0, default: 0 } },
  detailed: { about: 'on: with what waits of each device; off: ids alone', schema: { enum: ['on', 'off'] } },
  format: { about: 'csv: a file that POST /iot/import takes again', schema: { enum: ['json', 'csv'] } },
  entity: { about: 'Those whose Entity has that name', schema: text },
  state: { about: 'Those in that state', schema: text },
  device: { about: 'Of the device with that id', schema: text },
  attribute: { about: 'Of that Attribute', schema: text },
  rule: { about: 'Put aside for that rule', schema: text },
  all: { about: 'true, to drop everything', schema: flag },
  apikey: { about: 'The group with that apikey', schema: text },
  resource: { about: 'Its HTTP path, which FIWARE asks for as well', schema: text },
  before: { about: 'Those that came before that one, by its seq', schema: { type: 'integer' } },
  mode: { about: 'create refuses devices that are there', schema: { enum: ['upsert', 'create'] } },
  dryRun: { about: 'true: only says what would be done', schema: flag },
  atomic: { about: 'true: all or none', schema: flag },
  type: { about: 'Those that Entities of the type have room for', schema: text },
  level: { about: 'FATAL, ERROR, WARNING, INFO, DEBUG or TRACE', schema: text },
  tenant: { about: 'Whose it is, in the place of the header', schema: text },
  k: { about: 'The apikey of the device or its group', schema: text },
  i: { about: 'The device id', schema: text },
  d: { about: 'The measures', schema: text },
  t: { about: 'When they were taken, ISO 8601', schema: text },
  getCmd: { about: '1: answer with the commands that wait', schema: { enum: ['0', '1'] } },
  event: { about: "ChirpStack's name of the event", schema: text },
  applicationId: { about: 'The application, for servers that do not say it', schema: text },
};

/** Names in paths, by what they name. */
export const pathNames: Readonly<Record<string, string>> = {
  '/iot/devices/{id}': 'The id of the device',
  '/iot/commands/{id}': 'The id of the command',
  '/iot/codecs/{name}': 'The name of the codec',
  '/iot/connections/{name}': 'The name of the connection',
  '/iot/rules/{name}': 'The name of the rule',
  '/iot/provisioning-rules/{name}': 'The name of the provisioning rule',
  '/iot/quarantine/{item}': 'The id of the item, from GET /iot/quarantine',
  '/iot/replays/{replay}': 'The id of the replay, from the answer to the one who ordered it',
  '/iot/notify/{secret}': 'The secret that only the broker knows',
  '{subscription}': 'What the subscription of the device is called',
  '{id}': 'The id of the Entity',
  '{name}': 'The name',
};
