import { JSON_TRANSFORMS } from './json-transforms.ts';
import { LIST_TRANSFORMS } from './list-transforms.ts';
import { NUMBER_TRANSFORMS } from './number-transforms.ts';
import { TEXT_TRANSFORMS } from './text-transforms.ts';
import { TIME_TRANSFORMS } from './time-transforms.ts';
import type { Transform } from './transform.ts';

/** Every transform that FIWARE documents for its agents. */
const TRANSFORMS: ReadonlyMap<string, Transform> = new Map(
  [TEXT_TRANSFORMS, NUMBER_TRANSFORMS, LIST_TRANSFORMS, TIME_TRANSFORMS, JSON_TRANSFORMS].flatMap((group) =>
    Object.entries(group),
  ),
);

/** The transform of that name, if there is one. */
export function findTransform(name: string): Transform | undefined {
  return TRANSFORMS.get(name);
}

/** Names of all transforms. */
export const TRANSFORM_NAMES: readonly string[] = [...TRANSFORMS.keys()];
