import { connectAsync, type MqttClient } from 'mqtt';
import { type PublishJob, uplinks } from './uplinks.ts';

/** The publisher, a process of its own: sends the fleet's uplinks at QoS 1 and reports when all are acknowledged. */
process.once('message', (job: PublishJob) => {
  void publishAll(job).then(() => process.send?.('published'));
});
process.once('disconnect', () => process.exit(0));

async function publishAll(job: PublishJob): Promise<void> {
  const messages = uplinks(job);
  const clients = await Promise.all(Array.from({ length: job.connections }, () => connectAsync(job.mqttUrl)));
  const sender = async (client: MqttClient): Promise<void> => {
    for (const { topic, message } of messages) await client.publishAsync(topic, message, { qos: 1 });
  };
  await Promise.all(clients.flatMap((client) => Array.from({ length: job.window }, () => sender(client))));
  await Promise.all(clients.map((client) => client.endAsync()));
}
