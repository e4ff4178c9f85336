import { describe, expect, it } from '@jest/globals';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import { type AttemptParts, attempt } from '../../../broker/notifications/attempt.ts';
import type { NotificationRequest } from '../../../broker/notifications/notification-request.ts';
import { START } from './fake-time.ts';
import { compiled, delivery, keepingLog, SUBSCRIPTION } from './fixtures.ts';

const request: NotificationRequest = { uri: 'http://receiver.example/', headers: {}, body: '{}' };
const batch = [{ ...delivery(1, 'urn:a'), attempts: 0, dueAt: START }];

/** How an attempt ends whose notification is made so, and what was sent. */
async function attempted(toRequest: AttemptParts['toRequest']) {
  const sent: NotificationRequest[] = [];
  const end = await attempt(compiled(SUBSCRIPTION), batch, {
    toRequest,
    send: async (made) => {
      sent.push(made);
      return { kind: 'answered', status: 204 };
    },
    now: () => START,
    random: () => 0,
    retry: { maxAttempts: 3, maxAge: 60_000, firstDelay: 1000, longestDelay: 5000 },
    log: keepingLog(),
  });
  return { end, sent };
}

describe('an attempt to notify', () => {
  it('sends the notification and counts it', async () => {
    const { end, sent } = await attempted(() => request);
    expect(end).toMatchObject({ verdict: { kind: 'delivered' }, reach: 'reached', sent: { at: START } });
    expect(sent).toEqual([request]);
  });

  it('counts at the time of sending, and judges the age when it has ended', async () => {
    let time = START;
    const end = await attempt(compiled(SUBSCRIPTION), batch, {
      toRequest: () => request,
      send: async () => {
        time += 61_000_000;
        return { kind: 'unanswered', error: 'no answer within 61000 ms' };
      },
      now: () => time,
      random: () => 0,
      retry: { maxAttempts: 3, maxAge: 60_000, firstDelay: 1000, longestDelay: 5000 },
      log: keepingLog(),
    });
    expect(end.sent).toEqual({
      at: START,
      endedAt: START + 61_000_000,
      error: 'no answer within 61000 ms',
    });
    expect(end.verdict).toEqual({
      kind: 'dead',
      error: expect.stringContaining('too old to try again'),
    });
  });

  it('is over where there is nothing to tell, and counts for nothing', async () => {
    const { end, sent } = await attempted(async () => undefined);
    expect(end).toEqual({ verdict: { kind: 'delivered' }, reach: 'skipped' });
    expect(sent).toEqual([]);
  });

  it('is made again where the store is away, which says nothing of the endpoint', async () => {
    const { end, sent } = await attempted(() => {
      throw new NgsiLdError('Unavailable', 'the store is away');
    });
    expect(end).toEqual({
      verdict: { kind: 'retry', delay: 1000, error: 'the store is away' },
      reach: 'skipped',
    });
    expect(sent).toEqual([]);
  });

  it('ends for good where the notification cannot be made', async () => {
    const { end } = await attempted(async () => {
      throw new NgsiLdError('TooManyResults', 'too many linked Entities');
    });
    expect(end.verdict).toEqual({ kind: 'dead', error: expect.stringContaining('too many linked Entities') });
  });
});
