import { randomUUID } from 'node:crypto';
import type { BrokerClient } from '../broker-client.ts';
import { describe } from '../delivery/outcomes.ts';

const nobody = 'urn:ngsi-ld:ContextSourceRegistration:carillon-agent:none';

/** Why the broker keeps no Context Source Registrations; undefined when it does, or does not answer. */
export async function registrationFault(
  broker: Pick<BrokerClient, 'read'>,
  tenant: string,
): Promise<string | undefined> {
  const request = { tenant, context: '', correlationId: randomUUID() };
  const answer = await broker.read('csourceRegistrations', nobody, request).catch(() => undefined);
  return answer?.status === 501 || answer?.status === 405 ? describe(answer) : undefined;
}
