import { setImmediate } from 'node:timers/promises';
import type { AedesOptions } from 'aedes';
import type { MqttIntake } from './mqtt-intake.ts';

/** What stands between a publish and its acknowledgement. */
export interface Spooling {
  readonly authorizePublish: NonNullable<AedesOptions['authorizePublish']>;
  /** Refuses what is published from now on, and ends when the rest is in the spool. */
  drain(): Promise<void>;
}

/** The broker acknowledges a publish right after this let it pass; the connection ends when it does not. */
export function spoolFirst(intake: MqttIntake): Spooling {
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;
  const authorizePublish: Spooling['authorizePublish'] = (_client, { topic, payload, qos }, done) => {
    if (isClosed) return done(new Error('the broker stops'));
    if (topic.startsWith('$')) return done(new Error('topics that start with $ are reserved'));
    const taking = intake(topic, payload);
    if (taking === undefined) return done();
    const work = taking
      .then(
        () => done(),
        // Who publishes at QoS 0 does not send again: ending the connection would help nobody.
        (error: Error) => (qos === 0 ? done() : done(error)),
      )
      .finally(() => underWay.delete(work));
    underWay.add(work);
  };
  const drain = async (): Promise<void> => {
    isClosed = true;
    await Promise.all(underWay);
    // Acknowledgements leave in the turn after.
    await setImmediate();
  };
  return { authorizePublish, drain };
}
