import { STREAM_ENDPOINT } from '../domain/subscription/stream-endpoint.ts';
import type { AttemptParts } from './attempt.ts';
import type { Streams } from './streams.ts';

type ToRequest = AttemptParts['toRequest'];

/** As `toRequest`, with nothing to send for Subscriptions that are read by live streams alone. */
export function sentOnly(toRequest: ToRequest): ToRequest {
  return (compiled, batch) =>
    compiled.subscription.notification.endpoint.uri === STREAM_ENDPOINT
      ? undefined
      : toRequest(compiled, batch);
}

/**
 * As `toRequest`, for what tells of no change and so is in no log: live streams of this process show it when it is tried
 * for the first time.
 */
export function shown(toRequest: ToRequest, streams: () => Pick<Streams, 'show'>): ToRequest {
  return async (compiled, batch) => {
    const [first] = batch;
    const request = await toRequest(compiled, batch);
    if (request !== undefined && first?.attempts === 0) streams().show(first, request);
    return compiled.subscription.notification.endpoint.uri === STREAM_ENDPOINT ? undefined : request;
  };
}
