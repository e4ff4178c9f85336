import type { Request } from 'express';
import { Refusal } from './refusal.ts';

/** More records in one request would hold up the others. */
const mostRecords = 10_000;

/**
 * The list that the body has under one of the names. @throws Refusal that says how the body must look.
 */
export function listIn(request: Request, names: readonly string[]): readonly unknown[] {
  const body: unknown = request.body;
  const wanted = names.map((name) => `{"${name}": [...]}`).join(' or ');
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refusal('WRONG_SYNTAX', `The body must be ${wanted}`);
  const members = Object.entries(body);
  const [member, ...others] = members;
  const list = member !== undefined && names.includes(member[0]) ? member[1] : undefined;
  if (others.length > 0 || !Array.isArray(list) || list.length === 0)
    throw new Refusal(
      'WRONG_SYNTAX',
      `The body must be ${wanted}, with at least one record and nothing else`,
    );
  if (list.length > mostRecords)
    throw new Refusal(
      'WRONG_SYNTAX',
      `The body has ${list.length} records: send at most ${mostRecords} at once`,
    );
  return list;
}
