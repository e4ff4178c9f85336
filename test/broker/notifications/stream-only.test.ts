import { describe, expect, it } from '@jest/globals';
import { STREAM_ENDPOINT } from '../../../broker/domain/subscription/stream-endpoint.ts';
import type { NotificationRequest } from '../../../broker/notifications/notification-request.ts';
import { sentOnly, shown } from '../../../broker/notifications/stream-only.ts';
import { compiled, delivery, members, SUBSCRIPTION } from './fixtures.ts';

const REQUEST: NotificationRequest = { uri: 'http://receiver.example/', headers: {}, body: '{}' };
const batch = [{ ...delivery(1, 'urn:x:1'), attempts: 0, dueAt: 0 }];
const again = batch.map((one) => ({ ...one, attempts: 1 }));
const sent = compiled(SUBSCRIPTION);
const streamed = compiled(SUBSCRIPTION, members({}, { uri: STREAM_ENDPOINT }));

describe('the endpoint urn:carillon:stream', () => {
  it('is sent nothing', async () => {
    const toRequest = sentOnly(() => REQUEST);
    expect(await toRequest(streamed, batch)).toBeUndefined();
    expect(await toRequest(sent, batch)).toBe(REQUEST);
  });
});

describe('what tells of no change', () => {
  it('is shown by streams when it is tried first, and sent where there is somebody to send it to', async () => {
    const all: string[] = [];
    const streams = { show: (_of: object, { body }: { readonly body: string }) => void all.push(body) };
    const toRequest = shown(
      () => REQUEST,
      () => streams,
    );
    expect(await toRequest(sent, batch)).toBe(REQUEST);
    expect(await toRequest(sent, again)).toBe(REQUEST);
    expect(await toRequest(streamed, batch)).toBeUndefined();
    expect(all).toEqual(['{}', '{}']);
  });
});
