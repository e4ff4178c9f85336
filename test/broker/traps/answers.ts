import type { Response } from 'supertest';
import { ERRORS } from '../http/broker-under-test.ts';

/** The status of an answer and the type of its ProblemDetails, the latter without its root. */
export function problemOf({ status, body }: Response): readonly [status: number, type: string] {
  return [status, String(body?.type ?? '').replace(ERRORS, '')];
}

/** What an answer without a body has: status and text. */
export function bareAnswer({ status, text }: Response): readonly [status: number, text: string] {
  return [status, text ?? ''];
}
