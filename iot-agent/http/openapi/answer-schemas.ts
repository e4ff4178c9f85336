import type { Schema } from './operation.ts';

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const time = { type: 'string', format: 'date-time' } as const;

const warnings = {
  type: 'array',
  items: { type: 'object', required: ['about', 'message'], properties: { about: text, message: text } },
} as const;

/** Bodies of answers, by name. */
export const answerSchemas = {
  Refusal: {
    type: 'object',
    required: ['name', 'message'],
    properties: {
      name: text,
      message: { ...text, description: 'What is wrong, by which rule, and what to do about it' },
    },
  },
  Problem: {
    type: 'object',
    required: ['detail'],
    properties: { type: text, title: text, status: { type: 'integer' }, detail: text },
  },
  Warnings: { type: 'object', properties: { warnings } },
  Device: { type: 'object', required: ['device_id'], properties: { device_id: text, entity_name: text } },
  Group: { type: 'object', required: ['apikey'], properties: { apikey: text, resource: text } },
  Report: {
    type: 'object',
    required: ['created', 'updated', 'unchanged', 'failed', 'rows', 'warnings', 'dryRun'],
    properties: {
      created: { type: 'integer' },
      updated: { type: 'integer' },
      unchanged: { type: 'integer' },
      failed: { type: 'integer' },
      rows: { type: 'array', items: { type: 'object', required: ['row', 'reason'] } },
      warnings,
      dryRun: { type: 'boolean' },
    },
  },
  SyncReport: {
    type: 'object',
    required: ['created', 'pending', 'unchanged', 'failed', 'rows', 'gone', 'dryRun'],
    properties: {
      created: { type: 'integer' },
      pending: { type: 'integer' },
      unchanged: { type: 'integer' },
      failed: { type: 'integer' },
      rows: { type: 'array', items: { type: 'object', required: ['row', 'devEui', 'reason'] } },
      gone: { type: 'array', items: { type: 'object', required: ['device_id', 'devEui'] } },
      dryRun: { type: 'boolean' },
    },
  },
  Codec: { type: 'object', required: ['name', 'functions'], properties: { name: text, functions: texts } },
  TryOut: {
    type: 'object',
    required: ['decoded', 'measurements', 'entities', 'violations', 'warnings', 'errors'],
    properties: {
      decoded: { description: 'What the codec returned, untouched; null when nothing was decoded' },
      measurements: { type: 'object', additionalProperties: { type: 'object', required: ['value'] } },
      entities: { type: 'array', items: { type: 'object', required: ['id', 'type', '@context'] } },
      violations: { type: 'array', items: { type: 'object', required: ['attribute', 'rule'] } },
      warnings: texts,
      errors: texts,
    },
  },
  TriedCommand: {
    type: 'object',
    required: ['fPort', 'bytes', 'confirmed', 'message', 'errors'],
    properties: {
      fPort: { type: ['integer', 'null'] },
      bytes: { type: ['string', 'null'] },
      confirmed: { type: 'boolean' },
      message: { type: ['object', 'null'] },
      errors: texts,
    },
  },
  ProvisioningRule: { type: 'object', required: ['name', 'match', 'policy'], properties: { name: text } },
  Connection: { type: 'object', required: ['name', 'type'], properties: { name: text, type: text } },
  Command: {
    type: 'object',
    required: ['id', 'device_id', 'name', 'value', 'state'],
    properties: { id: text, device_id: text, name: text, state: text, created: time, expires: time },
  },
  Replay: {
    type: 'object',
    required: ['id', 'state', 'uplinks'],
    properties: { id: text, state: { enum: ['running', 'done'] }, uplinks: { type: 'integer' } },
  },
  Rule: { type: 'object', required: ['name'], properties: { name: text } },
  Anything: { type: 'object' },
} as const satisfies Readonly<Record<string, Schema>>;
