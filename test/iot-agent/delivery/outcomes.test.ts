import { describe, expect, it } from '@jest/globals';
import { readBatchAnswer } from '../../../iot-agent/delivery/outcomes.ts';

const errors = 'https://uri.etsi.org/ngsi-ld/errors/';

describe('the answer to a batch', () => {
  it.each([200, 201, 204])('%s takes all', (status) => {
    const outcome = readBatchAnswer({ status, body: ['urn:a'] });
    expect(outcome.kind === 'answered' && outcome.of('urn:a')).toEqual({ kind: 'accepted' });
  });

  it.each([
    ['BadRequestData', undefined, 'refused'],
    ['InternalError', undefined, 'failed'],
    ['BadRequestData', 503, 'failed'],
    ['NonexistentTenant', undefined, 'failed'],
  ])('207 tells by entity: %s with status %s is %s', (type, status, kind) => {
    const error = {
      type: errors + type,
      title: 'why',
      detail: 'this',
      ...(status === undefined ? {} : { status }),
    };
    const body = { success: ['urn:b'], errors: [{ entityId: 'urn:a', error }] };
    const outcome = readBatchAnswer({ status: 207, body });
    if (outcome.kind !== 'answered') throw new Error(outcome.reason);
    expect(outcome.of('urn:a')).toEqual({ kind, reason: 'why: this' });
    expect(outcome.of('urn:b')).toEqual({ kind: 'accepted' });
  });

  it('takes a list of errors with 400 for one with 207', () => {
    const body = { errors: [{ entityId: 'urn:a', error: { title: 'no' } }] };
    const outcome = readBatchAnswer({ status: 400, body });
    expect(outcome.kind === 'answered' && outcome.of('urn:b')).toEqual({ kind: 'accepted' });
  });

  it.each([401, 403, 404, 408, 429, 502, 503, 504])('%s says that the broker is away', (status) => {
    const outcome = readBatchAnswer({ status, body: undefined, retryAfter: 3000 });
    expect(outcome).toEqual({ kind: 'down', reason: `the broker answered ${status}`, retryAfter: 3000 });
  });

  it.each([
    [400, 'refused'],
    [413, 'refused'],
    [422, 'refused'],
    [500, 'failed'],
  ])('%s is about the batch: it is %s', (status, kind) => {
    const outcome = readBatchAnswer({ status, body: { title: 'Bad', detail: 'thing' } });
    expect(outcome).toEqual({ kind, reason: `the broker answered ${status}: Bad: thing` });
  });
});
