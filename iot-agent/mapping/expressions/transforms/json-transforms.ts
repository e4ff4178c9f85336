import type { Json } from '../../../measurement.ts';
import { ExpressionFault, UNKNOWN } from '../operand.ts';
import { described, of, ofText, type Transforms } from './transform.ts';

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new ExpressionFault(`${described(text)} is no JSON`);
  }
}

/** Transforms between JSON and its text, and what kind a value is. */
export const JSON_TRANSFORMS: Transforms = {
  jsonparse: ofText(parse),
  jsonstringify: of((value) => JSON.stringify(value)),
  typeof: { takesMissing: true, apply: (value) => (value === UNKNOWN ? 'undefined' : typeof value) },
};
