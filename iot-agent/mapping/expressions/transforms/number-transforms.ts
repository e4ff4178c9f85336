import type { Json } from '../../../measurement.ts';
import { isMissing, type Value } from '../operand.ts';
import { looselyEqual } from '../operators.ts';
import { listOf, numberOf, of, type Transforms } from './transform.ts';

/** What bits of a number remain under a mask, moved to the right by `shift`. */
function maskBits(value: Value, mask: number, operator: Json | undefined, shift: number): number {
  const bits = Number.parseInt(String(value), 10);
  switch (operator) {
    case '&':
      return (bits & mask) >> shift;
    case '|':
      return (bits | mask) >> shift;
    case '^':
      return (bits ^ mask) >> shift;
    default:
      return Number(value) >> shift;
  }
}

/** What stands in `choices` at the place of the value in `values`. */
function choose(value: Value, values: Json | undefined, choices: Json | undefined) {
  const place = listOf(values).findIndex((target) => looselyEqual(target, value));
  return listOf(choices)[place];
}

/** What stands in `choices` at the place of the first limit that the value does not exceed. */
function chooseByLimit(value: Value, limits: Json | undefined, choices: Json | undefined) {
  const place = listOf(limits).findIndex((limit) => Number(value) <= Number(limit));
  return listOf(choices)[place];
}

/** Transforms of numbers, and choices by a number. */
export const NUMBER_TRANSFORMS: Transforms = {
  parseint: of((value) => Number.parseInt(String(value), 10)),
  parsefloat: of((value) => Number.parseFloat(String(value))),
  round: of((value) => Math.round(Number(value))),
  floor: of((value) => Math.floor(Number(value))),
  ceil: of((value) => Math.ceil(Number(value))),
  tofixed: of((value, decimals) => {
    const number = Number.parseFloat(String(value));
    return Number.isNaN(number) ? number : number.toFixed(numberOf(decimals));
  }),
  isnan: { takesMissing: true, apply: (value) => isMissing(value) || Number.isNaN(Number(value)) },
  bitwisemask: of((value, mask, operator, shift) =>
    maskBits(value, numberOf(mask) ?? 0, operator, numberOf(shift) ?? 0),
  ),
  mapper: of(choose),
  thmapper: of(chooseByLimit),
};
