import type { Json } from '../../../measurement.ts';
import { checkSize, isMissing, type Operand } from '../operand.ts';
import { add } from '../operators.ts';
import { of, ofList, type Transforms } from './transform.ts';

function sum(list: readonly Json[]): Operand {
  let total: Operand = list[0];
  for (const value of list.slice(1)) total = add(total, value);
  return total;
}

function join(list: readonly Json[], separator: string): string {
  const parts = list.map((value) => (isMissing(value) ? '' : String(value)));
  const separators = Math.max(0, parts.length - 1) * separator.length;
  checkSize(parts.reduce((size, part) => size + part.length, separators));
  return parts.join(separator);
}

/** Transforms of lists, and of lists as sets. */
export const LIST_TRANSFORMS: Transforms = {
  addreduce: ofList(sum),
  lengtharray: ofList((list) => list.length),
  joinarrtostr: ofList((list, separator = ',') => join(list, String(separator))),
  concatarr: ofList((list, other = []) => [...list, ...(Array.isArray(other) ? other : [other])]),
  addset: ofList((list, value = null) => [...new Set(list).add(value)]),
  removeset: ofList((list, value) => [...new Set(list)].filter((one) => one !== value)),
  isarray: { takesMissing: true, apply: (value) => Array.isArray(value) },
  valuePicker: of((value, wanted) => namesWhere(value, (member) => member === wanted)),
  valuePickerMulti: of((value, wanted) =>
    namesWhere(value, (member) => Array.isArray(wanted) && wanted.includes(member)),
  ),
};

/** Names of the members whose values fit. */
function namesWhere(value: Json, fits: (member: Json) => boolean): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as { readonly [name: string]: Json }).flatMap(([name, member]) =>
    fits(member) ? [name] : [],
  );
}
