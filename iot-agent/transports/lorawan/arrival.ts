import type { DownlinkAccess } from '../../measurement.ts';

/** What is known of a message of a network server beside its content. */
export interface Arrival {
  /** Microseconds since 1970; stands in for a time that the message lacks. */
  readonly at: number;
  /** ChirpStack's name of the event: the last part of the topic, or `event` in the URL. */
  readonly event?: string | undefined;
  /** The application, where the topic or the URL names it better than the message. */
  readonly applicationId?: string | undefined;
  readonly downlink?: DownlinkAccess | undefined;
}
