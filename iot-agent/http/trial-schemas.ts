const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const text = { type: 'string', maxLength: 2048 } as const;
const server = { enum: ['things-stack', 'chirpstack', 'loriot', 'actility', 'netmore', 'helium'] } as const;
const script = { type: 'string', minLength: 1, maxLength: 262_144 } as const;

/** What decodes or encodes: of a registered device, or one of these three with settings of an imagined one. */
const about = {
  device: name,
  settings: { type: 'object' },
  model: name,
  codec: name,
  script,
} as const;

/** A dry run: bytes of a payload, or a whole message. */
export const trialSchema = {
  type: 'object',
  properties: {
    ...about,
    fPort: { type: 'integer', minimum: 0, maximum: 255 },
    bytes: { type: 'string', maxLength: 8192 },
    message: { type: ['string', 'object', 'array'], maxLength: 1_048_576 },
    server,
    event: name,
    apikey: name,
    device_id: name,
    receivedAt: text,
  },
  additionalProperties: false,
} as const;

/** A dry run of a command. */
export const commandTrialSchema = {
  type: 'object',
  required: ['command', 'value'],
  properties: { ...about, command: name, value: {}, server },
  additionalProperties: false,
} as const;
