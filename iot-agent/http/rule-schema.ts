const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const text = { type: 'string', maxLength: 2048 } as const;
const typeName = { ...name, pattern: '^[^\\s<>"\'=;(){}|\\\\^`]+$' } as const;
/** An id, or the name of an Attribute: neither has blanks. */
const word = typeName;
/** Seconds, or an ISO 8601 duration. */
const duration = { type: ['number', 'string'], minimum: 0, maxLength: 40 } as const;
const days = {
  type: 'array',
  minItems: 1,
  maxItems: 7,
  items: { enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] },
} as const;

const actions = {
  type: 'array',
  maxItems: 100,
  items: {
    type: 'object',
    required: ['entity', 'command', 'value'],
    properties: {
      entity: {
        type: ['string', 'object'],
        maxLength: 2048,
        properties: { id: word, type: typeName, group: name, linkedBy: word },
        additionalProperties: false,
      },
      command: word,
      value: {},
      ttl: duration,
    },
    additionalProperties: false,
  },
} as const;

const schedule = {
  type: 'object',
  required: ['at', 'then'],
  properties: {
    at: name,
    then: actions,
    days,
  },
  additionalProperties: false,
} as const;

/** A rule of devices. */
export const ruleSchema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { ...name, maxLength: 100 },
    description: text,
    when: {
      type: 'object',
      required: ['entities'],
      properties: {
        entities: {
          type: 'object',
          properties: { type: typeName, id: word, idPattern: text },
          additionalProperties: false,
        },
        q: text,
        watched: { type: 'array', maxItems: 100, items: word },
      },
      additionalProperties: false,
    },
    then: actions,
    after: {
      type: 'object',
      required: ['delay', 'then'],
      properties: {
        delay: duration,
        then: actions,
      },
      additionalProperties: false,
    },
    during: {
      type: 'object',
      required: ['from', 'to'],
      properties: { from: name, to: name, timezone: name, days },
      additionalProperties: false,
    },
    schedule: {
      type: ['object', 'array'],
      maxItems: 50,
      items: schedule,
      required: schedule.required,
      properties: schedule.properties,
      additionalProperties: false,
    },
    timezone: name,
    location: { type: ['object', 'string', 'array'], maxLength: 100, maxItems: 3 },
    repeat: { type: 'boolean' },
    ...{ service: text, service_path: text },
  },
  additionalProperties: false,
} as const;
