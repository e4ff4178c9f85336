import { connect, type MqttClient } from 'mqtt';
import { maskUrl } from '../../runtime/mask-secrets.ts';
import { explainMqttFailure } from './explain-mqtt-failure.ts';
import { type MqttConnection, mqttOptions } from './mqtt-options.ts';

/** Milliseconds for the broker to take the connection. */
const limit = 5000;

/**
 * Connects once, with a session that ends with the connection; the caller ends it. @throws Error that says in plain words what went
 * wrong
 */
export async function connectOnce(connection: MqttConnection, timeLimit: number): Promise<MqttClient> {
  const options = { ...mqttOptions(connection), clean: true, reconnectPeriod: 0, connectTimeout: timeLimit };
  const client = connect(connection.url, options);
  // The library tells of some failures only by closing.
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('the connection was closed before it was accepted')));
    });
  } catch (error) {
    client.on('error', () => {});
    await client.endAsync(true);
    throw new Error(explainMqttFailure(error as Error, maskUrl(connection.url)).reason, { cause: error });
  }
  return client;
}

/** Has the broker drop the session that it keeps for the client id, with what waits in it [MQTT-3.1.2-6]. */
export async function endSession(connection: MqttConnection): Promise<void> {
  const client = await connectOnce(connection, limit);
  await client.endAsync();
}
