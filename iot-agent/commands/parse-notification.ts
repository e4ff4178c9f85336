import { randomUUID } from 'node:crypto';
import { parseDateTime } from '../date-time.ts';
import type { Json } from '../measurement.ts';
import { jsonOf } from '../transports/envelope.ts';

/** One Attribute instance of an Entity that a broker told of. */
export interface AttributeChange {
  readonly entityId: string;
  readonly entityType: string;
  readonly name: string;
  readonly value: Json;
  /** Tells instances of one Attribute apart. */
  readonly datasetId?: string;
  /** Microseconds since 1970: when it was changed or observed, where the broker or its writer says so. */
  readonly changedAt?: number;
  /** When it was changed, by the broker's clock. */
  readonly modifiedAt?: number;
  /** The writer's own id of the command: the same one is one command. */
  readonly commandId?: string;
  /** Seconds or an ISO 8601 duration, in the place of the configured one. */
  readonly ttl?: Json;
  /** It is told as a change although its value is what it was: the command is given once more. */
  readonly isRepeated?: true;
}

/** What a notification tells. */
export interface ParsedNotification {
  /** The notification's own; a new one where it has none, which cannot be known again. */
  readonly id: string;
  readonly changes: readonly AttributeChange[];
}

/** The body is no notification; the message says what is wrong with it. */
export class NotificationError extends Error {
  override readonly name = 'NotificationError';
}

type Members = { readonly [name: string]: unknown };

/** Reads a Notification (clause 5.3.1) of Entities in normalized form. @throws NotificationError */
export function parseNotification(body: unknown): ParsedNotification {
  if (!isMembers(body) || !(Array.isArray(body['data']) || isMembers(body['data'])))
    throw new NotificationError('the body must be an NGSI-LD Notification: an object with an array data');
  const { id, data } = body;
  const isKnownAgain = typeof id === 'string' && id !== '';
  // Of one Entity, some do without the array.
  return { id: isKnownAgain ? id : randomUUID(), changes: [data].flat().flatMap(changesOfEntity) };
}

/** The Attributes of one Entity; those that are none, or hold nothing, are left out. @throws NotificationError */
export function changesOfEntity(entity: unknown): AttributeChange[] {
  if (!isMembers(entity) || typeof entity['id'] !== 'string')
    throw new NotificationError('each Entity of the notification must have an id');
  const { id: entityId, type, ...attributes } = entity;
  const [entityType] = [type].flat();
  const about = { entityId: String(entityId), entityType: typeof entityType === 'string' ? entityType : '' };
  return Object.entries(attributes).flatMap(([name, instances]) =>
    [instances].flat().flatMap((instance) => {
      const change = changeOf(instance, name);
      return change === undefined ? [] : [{ ...about, name, ...change }];
    }),
  );
}

type Instance = Omit<AttributeChange, 'entityId' | 'entityType' | 'name'>;

/** @throws NotificationError for what cannot be worked with: it could not be kept either. */
function changeOf(instance: unknown, name: string): Instance | undefined {
  if (!isMembers(instance)) return undefined;
  const given = valueIn(instance);
  if (given === undefined) return undefined;
  const value = jsonOf(given);
  if (value === undefined)
    throw new NotificationError(`the value of ${name.slice(0, 200)} is nested too deeply: flatten it`);
  if (value === null || value === 'urn:ngsi-ld:null') return undefined;
  const modifiedAt = timeOf(instance['modifiedAt']);
  const changedAt = modifiedAt ?? timeOf(instance['observedAt']);
  const commandId = plain(instance['commandId']);
  const ttl = plain(instance['ttl']);
  const { datasetId } = instance;
  return {
    value,
    ...(typeof datasetId === 'string' ? { datasetId } : {}),
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(typeof commandId === 'string' ? { commandId } : {}),
    ...(ttl === undefined ? {} : { ttl }),
    ...(isRepetition(instance, value) ? { isRepeated: true } : {}),
  };
}

/** The member that holds the value, by kind of Attribute (clause 4.5). */
const valueMembers = ['value', 'object', 'json', 'languageMap', 'vocab', 'valueList', 'objectList'] as const;

function valueIn(instance: Members): unknown {
  const member = valueMembers.find((name) => instance[name] !== undefined);
  return member === undefined ? undefined : instance[member];
}

/** Where a broker shows changes (`showChanges`), the value before stands beside that of what was written (clause 5.2.14.1). */
function isRepetition(instance: Members, value: Json): boolean {
  const member = valueMembers.find((name) => instance[name] !== undefined) ?? 'value';
  const before = instance[`previous${member.charAt(0).toUpperCase()}${member.slice(1)}`];
  return before !== undefined && JSON.stringify(before) === JSON.stringify(value);
}

/** Sub-Attributes are Properties, or plain values from writers who take a short cut. */
function plain(member: unknown): Json | undefined {
  return (isMembers(member) ? member['value'] : member) as Json | undefined;
}

function timeOf(text: unknown): number | undefined {
  return typeof text === 'string' ? parseDateTime(text) : undefined;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
