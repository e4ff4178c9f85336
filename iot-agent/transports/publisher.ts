/** How a message is to be kept and repeated on its way. */
export interface PublishOptions {
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** A way out by MQTT. */
export interface Publisher {
  /**
   * Publishes by the connection of that name, without one by that of the settings. Resolves when the MQTT broker has the
   * message; rejects when it is not connected, or does not take it in time: the caller tries again.
   */
  publish(
    connection: string | undefined,
    topic: string,
    payload: Uint8Array,
    options: PublishOptions,
  ): Promise<void>;
}
