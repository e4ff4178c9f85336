import type { OutgoingEntity } from '../registry/device.ts';
import { type Fields, fieldsOf } from '../transports/envelope.ts';
import { parseTime } from '../transports/parse-time.ts';

/** The Attributes of an Entity, each with its datasetId; Entities that have the same share one. */
export interface Shape {
  /** Names of slots, see `slotOf`. */
  readonly slots: readonly string[];
  readonly indexes: ReadonlyMap<string, number>;
  /** The slots as JSON. */
  readonly text: string;
}

/** Of when the Attributes of an Entity are. */
export interface AttributeTimes {
  readonly shape: Shape;
  /** Microseconds since 1970: one number where all of them agree, else of each slot. */
  readonly times: number | readonly number[];
}

/** The slot of all Attributes that have none of their own: of an Entity of which no more than one time is known. */
export const anyOther = '';

const mostShapes = 10_000;
const shapes = new Map<string, Shape>();

/** The shape with these slots, in this order. */
function shapeOf(slots: readonly string[]): Shape {
  const name = `${slots.length} ${slots.join('\u0000')}`;
  const known = shapes.get(name);
  if (known !== undefined) return known;
  const indexes = new Map(slots.map((slot, index) => [slot, index]));
  const shape: Shape = { slots: [...slots], indexes, text: JSON.stringify(slots) };
  // Sharing saves memory and comparisons, and nothing depends on it.
  if (shapes.size >= mostShapes) shapes.clear();
  shapes.set(name, shape);
  return shape;
}

/** Names an instance of an Attribute: two of one slot replace each other (clause 4.5.5). */
export function slotOf(attribute: string, instance: Fields): string {
  const { datasetId } = instance;
  return typeof datasetId === 'string' ? `${attribute}\n${datasetId}` : attribute;
}

/** The times of slots, each named once. */
export function timesOfSlots(slots: readonly string[], times: readonly number[]): AttributeTimes {
  const [first = 0] = times;
  const doAgree = times.every((time) => time === first);
  return { shape: shapeOf(slots), times: doAgree ? first : times };
}

/** The times of an Entity that is to be sent: an Attribute without observedAt is of when the Entity was `observedAt`. */
export function timesOf(entity: OutgoingEntity, observedAt: number): AttributeTimes {
  const slots: string[] = [];
  const times: number[] = [];
  let text: unknown;
  let time = observedAt;
  forEachInstance(entity, (name, instance) => {
    const told = instance['observedAt'];
    // Nearly always all of them have the same.
    if (told !== text) {
      text = told;
      time = (typeof told === 'string' ? parseTime(told) : undefined) ?? observedAt;
    }
    slots.push(slotOf(name, instance));
    times.push(time);
  });
  return timesOfSlots(slots, times);
}

/** Visits the instances of the Attributes of an Entity. */
export function forEachInstance(entity: Fields, visit: (attribute: string, instance: Fields) => void): void {
  for (const name of Object.keys(entity)) {
    if (name === 'id' || name === 'type' || name === '@context') continue;
    const attribute = entity[name];
    if (!Array.isArray(attribute)) visit(name, fieldsOf(attribute));
    else for (const instance of attribute) visit(name, fieldsOf(instance));
  }
}

/** The time of a slot; undefined when the Entity has no such Attribute. */
export function timeOfSlot({ shape, times }: AttributeTimes, slot: string): number | undefined {
  const index = shape.indexes.get(slot) ?? shape.indexes.get(anyOther);
  if (index === undefined) return undefined;
  return typeof times === 'number' ? times : times[index];
}

/** True when more is known of the Entity than what `anyOther` stands for. */
export function isComplete({ shape }: AttributeTimes): boolean {
  return !shape.indexes.has(anyOther);
}

/** The slots of both, each with the newer of its times. */
export function newerOf(one: AttributeTimes, other: AttributeTimes): AttributeTimes {
  const { shape, times } = one;
  if (shape === other.shape && typeof times === 'number' && typeof other.times === 'number')
    return times >= other.times ? one : other;
  const slots = [...shape.slots, ...other.shape.slots.filter((slot) => !shape.indexes.has(slot))];
  const newer = slots.map((slot) => Math.max(timeOfSlot(one, slot) ?? 0, timeOfSlot(other, slot) ?? 0));
  return timesOfSlots(slots, newer);
}

/** What is known once the broker has told of an Entity: one time for all others is then of none of them. */
export function completedBy(known: AttributeTimes, told: AttributeTimes): AttributeTimes {
  const { slots } = known.shape;
  const named = slots.filter((slot) => slot !== anyOther);
  const times = named.map((slot) => timeOfSlot(known, slot) ?? 0);
  return newerOf(named.length === slots.length ? known : timesOfSlots(named, times), told);
}

/** The newest of all times; 0 where there is none. */
export function newestOf({ times }: AttributeTimes): number {
  return typeof times === 'number' ? times : Math.max(0, ...times);
}
