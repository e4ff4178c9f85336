const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const secret = { type: 'string', minLength: 1, maxLength: 65_536 } as const;
const place = { type: 'string', minLength: 1, maxLength: 512 } as const;
const url = { type: 'string', minLength: 1, maxLength: 2048 } as const;

/** A template of free-form messages; see registry/topic-template.ts. */
export const topicTemplateSchema = {
  type: 'object',
  required: ['template', 'format'],
  properties: {
    template: { type: 'string', minLength: 1, maxLength: 1024 },
    format: { enum: ['json', 'csv', 'text', 'bytes', 'ultralight', 'cbor'] },
    values: { type: 'object', maxProperties: 200, additionalProperties: place },
    columns: {
      type: 'array',
      maxItems: 200,
      items: { type: ['string', 'null'], minLength: 1, maxLength: 256 },
    },
    name,
    deviceId: place,
    time: place,
    timeFormat: { enum: ['iso', 's', 'ms', 'µs'] },
    each: place,
    apikey: name,
    separator: { type: 'string', minLength: 1, maxLength: 1 },
    decimalComma: { type: 'boolean' },
    fPort: { type: 'integer', minimum: 0, maximum: 255 },
  },
  additionalProperties: false,
} as const;

const mqtt = {
  type: 'object',
  required: ['url'],
  properties: {
    url,
    user: name,
    password: secret,
    ca: secret,
    cert: secret,
    key: secret,
    rejectUnauthorized: { type: 'boolean' },
    clientId: name,
    shareGroup: { type: 'string', minLength: 1, maxLength: 256, pattern: '^[^/+#]+$' },
    topics: {
      type: 'array',
      maxItems: 1000,
      items: { ...topicTemplateSchema, type: ['string', 'object'], minLength: 1, maxLength: 1024 },
    },
  },
  additionalProperties: false,
} as const;

const api = {
  type: 'object',
  required: ['url'],
  properties: { url, key: secret },
  additionalProperties: false,
} as const;

/** A connection as it is configured; see registry/connection.ts. */
export const connectionSchema = {
  type: 'object',
  required: ['name', 'type'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[\\w.-]+$' },
    type: { enum: ['mqtt', 'things-stack', 'chirpstack', 'loriot', 'actility', 'netmore', 'helium'] },
    mqtt,
    api,
    enabled: { type: 'boolean' },
  },
  additionalProperties: false,
} as const;
