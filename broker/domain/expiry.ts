import type { Attribute, Attributes, Entity, Micros } from './entity.ts';

/** True when the expiresAt of the instance has come. */
export function hasExpired({ expiresAt }: Attribute, now: Micros): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/**
 * The Entity without the Attribute instances whose expiresAt has come, sub-Attributes included (clause 4.22): they are
 * gone for every reader, whenever they are taken out of the store. The same object when there are none.
 */
export function withoutExpired(entity: Entity, now: Micros): Entity {
  const attributes = liveAttributes(entity.attributes, now);
  return attributes === entity.attributes ? entity : { ...entity, attributes };
}

function liveAttributes(attributes: Attributes, now: Micros): Attributes {
  let copy: Record<string, readonly Attribute[]> | undefined;
  for (const name in attributes) {
    const instances = attributes[name] as readonly Attribute[];
    const live = liveInstances(instances, now);
    if (live === instances) continue;
    copy ??= { ...attributes };
    if (live.length > 0) copy[name] = live;
    else delete copy[name];
  }
  return copy ?? attributes;
}

function liveInstances(instances: readonly Attribute[], now: Micros): readonly Attribute[] {
  let isWhole = true;
  for (const instance of instances) {
    if (instance.expiresAt !== undefined || instance.subAttributes !== undefined) isWhole = false;
  }
  if (isWhole) return instances;
  const live = instances
    .filter((instance) => !hasExpired(instance, now))
    .map((instance) => liveInstance(instance, now));
  const isSame = live.length === instances.length && live.every((instance, at) => instance === instances[at]);
  return isSame ? instances : live;
}

function liveInstance(instance: Attribute, now: Micros): Attribute {
  if (instance.subAttributes === undefined) return instance;
  const subAttributes = liveAttributes(instance.subAttributes, now);
  if (subAttributes === instance.subAttributes) return instance;
  const { subAttributes: _expired, ...rest } = instance;
  return Object.keys(subAttributes).length > 0 ? { ...rest, subAttributes } : rest;
}
