/** How a message is to be kept and repeated on its way. */
export interface PublishOptions {
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** The MQTT broker is there, and nobody would get the message: it is not kept. */
export class NobodyListens extends Error {
  override readonly name = 'NobodyListens';
  /** Resolves when somebody has subscribed to the topic, if that is noticed; never rejects. */
  readonly heard: Promise<void>;

  constructor(reason: string, heard: Promise<void>) {
    super(reason);
    this.heard = heard;
  }
}

/** A way out by MQTT. */
export interface Publisher {
  /**
   * Publishes by the connection of that name, without one by that of the settings. Resolves when the MQTT broker has the
   * message; rejects when it is not connected, or does not take it in time, with NobodyListens where that is known: the caller
   * tries again.
   */
  publish(
    connection: string | undefined,
    topic: string,
    payload: Uint8Array,
    options: PublishOptions,
  ): Promise<void>;
}
