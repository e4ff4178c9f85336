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
    required: ['value'],
    properties: { type: text, value: free, expression: text },
    additionalProperties: false,
  },
} as const;

const activeAttribute = {
  type: 'object',
  required: ['name', 'type'],
  properties: {
    object_id: name,
    name,
    type: name,
    metadata,
    expression: text,
    skipValue: free,
    entity_name: text,
    entity_type: text,
    reverse: free,
  },
  additionalProperties: false,
} as const;

const staticAttribute = {
  type: 'object',
  required: ['name', 'type', 'value'],
  properties: { name, type: name, value: free, metadata, link: free },
  additionalProperties: false,
} as const;

const list = <Item>(items: Item) => ({ type: 'array', maxItems: 1000, items }) as const;

const common = {
  entity_type: typeName,
  timezone: text,
  timestamp: flag,
  transport: text,
  endpoint: text,
  trust: text,
  cbHost: text,
  expressionLanguage: text,
  ngsiVersion: text,
  payloadType: text,
  explicitAttrs: free,
  entityNameExp: text,
  useCBflowControl: flag,
  storeLastMeasure: flag,
  attributes: list(activeAttribute),
  lazy: list(free),
  commands: list(free),
  static_attributes: list(staticAttribute),
  internal_attributes: free,
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
} as const;

const group = {
  ...common,
  apikey: name,
  resource: text,
  type: typeName,
  token: text,
  cbroker: text,
  autoprovision: flag,
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
  additionalProperties: false,
});

/** Form of the settings, by where they stand in a request. */
export const settingSchemas = {
  newDevice: object(device, ['device_id']),
  deviceChange: object(device, []),
  newGroup: object(group, ['apikey']),
  groupChange: object(group, []),
} as const;

/** Names of the members that are echoed, not set. */
export const echoedMembers: readonly string[] = Object.keys(echoes);
