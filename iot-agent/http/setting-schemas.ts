import { connectionSchema, topicTemplateSchema } from './connection-schema.ts';
import { ruleSchema } from './rule-schema.ts';
import { commandTrialSchema, trialSchema } from './trial-schemas.ts';

/**
 * Members that are not known are kept: configurations of other releases and agents load unchanged. What a form knows is what a
 * warning compares with; see unknown-members.ts.
 */
const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const text = { type: 'string', maxLength: 2048 } as const;
/** Short name or URI of an Entity type: what a broker would refuse later is refused here. */
const typeName = { ...name, pattern: '^[^\\s<>"\'=;(){}|\\\\^`]+$' } as const;
const flag = { type: 'boolean' } as const;
/** JSON whose form its user defines. */
const free = {} as const;

const metadata = {
  type: 'object',
  maxProperties: 100,
  additionalProperties: {
    type: 'object',
    anyOf: [{ required: ['value'] }, { required: ['expression'] }],
    properties: { type: text, value: free, expression: text },
  },
} as const;

const activeAttribute = {
  type: 'object',
  // What has a quantity is called after it.
  anyOf: [{ required: ['name', 'type'] }, { required: ['quantity'] }],
  properties: {
    object_id: name,
    name,
    type: name,
    metadata,
    expression: text,
    skipValue: free,
    entity_name: text,
    entity_type: typeName,
    quantity: name,
    unit: name,
    reverse: free,
  },
} as const;

const link = {
  type: 'object',
  required: ['attributes', 'name', 'type'],
  properties: { attributes: { type: 'array', maxItems: 100, items: name }, name, type: typeName },
} as const;

const staticAttribute = {
  type: 'object',
  required: ['name', 'type', 'value'],
  properties: { name, type: name, value: free, metadata, link },
} as const;

/** All, the configured ones, those listed, or a JEXL expression for one of these. */
const explicitAttrs = {
  type: ['boolean', 'string', 'array'],
  maxLength: 2048,
  maxItems: 1000,
  items: {
    type: ['string', 'object'],
    maxLength: 256,
    required: ['object_id'],
    properties: { object_id: name },
  },
} as const;

/** Seconds, or an ISO 8601 duration; see `commands/duration.ts`. */
const ttl = { type: ['number', 'string'], minimum: 0, maxLength: 40 } as const;

const command = {
  type: 'object',
  required: ['name'],
  properties: {
    name,
    type: name,
    object_id: name,
    expression: text,
    payloadType: { enum: ['binaryfromstring', 'binaryfromhex', 'binaryfromjson', 'text', 'json'] },
    contentType: text,
    headers: { type: 'object', maxProperties: 100, additionalProperties: text },
    mqtt: {
      type: 'object',
      properties: { qos: { enum: [0, 1, 2] }, retain: flag },
    },
    metadata,
    ttl,
    fPort: { type: 'integer', minimum: 1, maximum: 223 },
    confirmed: flag,
    mode: { enum: ['push', 'replace'] },
    class: { enum: ['A', 'B', 'C'] },
  },
} as const;

const list = <Item>(items: Item) => ({ type: 'array', maxItems: 1000, items }) as const;

const common = {
  entity_type: typeName,
  timezone: text,
  timestamp: { type: ['boolean', 'string'], maxLength: 2048 },
  transport: text,
  endpoint: text,
  trust: text,
  cbHost: text,
  expressionLanguage: text,
  ngsiVersion: text,
  payloadType: text,
  explicitAttrs,
  unmapped: { enum: ['drop', 'keep', 'quarantine'] },
  airQualityIndex: { enum: ['EAQI', 'BelAQI'] },
  entityNameExp: text,
  useCBflowControl: flag,
  storeLastMeasure: flag,
  attributes: list(activeAttribute),
  lazy: list(free),
  commands: list(command),
  rules: { type: 'array', maxItems: 100, items: ruleSchema },
  cmdMode: { enum: ['notification', 'registration', 'legacy', 'advancedNotification'] },
  static_attributes: list(staticAttribute),
  internal_attributes: free,
  codec: name,
} as const;

const device = {
  ...common,
  device_id: name,
  apikey: name,
  entity_name: name,
  protocol: text,
  polling: free,
  lastMeasure: free,
  devEui: name,
  model: name,
  /** Whose network server lists it: kept by the sync of devices. */
  connection: name,
} as const;

const group = {
  ...common,
  apikey: name,
  resource: text,
  protocol: { type: ['string', 'array'], maxLength: 256, maxItems: 10, items: name },
  topics: { type: 'array', maxItems: 100, items: topicTemplateSchema },
  type: typeName,
  token: text,
  cbroker: text,
  /** `approve`: what a new device sends waits until somebody approves of the device. */
  autoprovision: { enum: [true, false, 'approve'] },
  defaultEntityNameConjunction: text,
} as const;

/** What FIWARE's agents show of a record, and so may come back; the headers say it, whatever stands here. */
const echoes = {
  service: text,
  service_path: text,
  subservice: text,
  waiting: free,
  _id: free,
  __v: free,
  creationDate: free,
} as const;

const object = <Properties extends object>(properties: Properties, required: readonly string[]) => ({
  type: 'object',
  required,
  properties: { ...properties, ...echoes },
});

/** An uploaded codec, as JSON. */
const codec = {
  type: 'object',
  required: ['script'],
  properties: { script: { type: 'string', minLength: 1 }, description: text },
  additionalProperties: false,
} as const;

/** What becomes of devices that nobody has registered. */
const provisioningRule = {
  type: 'object',
  required: ['name', 'match', 'policy'],
  properties: {
    name,
    match: {
      type: 'object',
      properties: {
        server: { enum: ['things-stack', 'chirpstack', 'loriot', 'actility', 'netmore', 'helium'] },
        applicationId: name,
        connection: name,
        profile: name,
        tags: { type: 'object', maxProperties: 20, additionalProperties: name },
      },
      additionalProperties: false,
    },
    model: name,
    codec: name,
    group: name,
    entity_type: typeName,
    tenant: name,
    policy: { enum: ['approve', 'auto'] },
    naming: name,
    ...{ service: text, service_path: text },
  },
  additionalProperties: false,
} as const;

/** Form of the settings, by where they stand in a request. */
export const settingSchemas = {
  newDevice: object(device, ['device_id']),
  deviceChange: object(device, []),
  newGroup: object(group, ['apikey']),
  groupChange: object(group, []),
  codec,
  connection: connectionSchema,
  rule: ruleSchema,
  provisioningRule,
  trial: trialSchema,
  commandTrial: commandTrialSchema,
  /** Which applications are to be listed; of ChirpStack, of which tenant. */
  sync: {
    type: 'object',
    properties: { applications: list(name), tenantId: name },
    additionalProperties: false,
  },
  /** Of FIWARE's batch. */
  listedDevice: {
    type: 'object',
    anyOf: [{ required: ['deviceId'] }, { required: ['device_id'] }],
    properties: { deviceId: name, device_id: name, apikey: text },
  },
} as const;

/** Names of the members that are echoed, not set. */
export const echoedMembers: readonly string[] = Object.keys(echoes);
