import type { PublishOptions } from './publisher.ts';
import type { TransportStatus } from './transport-status.ts';

/** A way in for what devices and network servers send. */
export interface Transport {
  /** Names it in logs and among the readiness checks. */
  readonly name: string;
  /**
   * Rejects with a StartError when the operator has something to put right. A server that is away is no such thing: it
   * is tried again without end, and the transport is not ready meanwhile.
   */
  start(): Promise<void>;
  /** True while messages can arrive. */
  isReady(): boolean;
  /** Present where there is more to tell. */
  readonly status?: () => TransportStatus;
  /** Present where messages can go out as well; see `Publisher.publish`. */
  readonly publish?: (topic: string, payload: Uint8Array, options: PublishOptions) => Promise<void>;
  /** Takes nothing more, and ends when what was taken is in the spool and acknowledged. */
  stop(): Promise<void>;
}
