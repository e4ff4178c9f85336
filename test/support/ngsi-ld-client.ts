const json = { 'content-type': 'application/json' };

/** Creates the Entity `urn:ngsi-ld:Killed:<number>`, whose `count` is the number; resolves to the status. */
export async function createEntity(origin: string, number: number): Promise<number> {
  const entity = {
    id: `urn:ngsi-ld:Killed:${number}`,
    type: 'Killed',
    count: { type: 'Property', value: number, observedAt: '2026-11-25T08:00:00Z' },
    temperature: { type: 'Property', value: 20, unitCode: 'CEL' },
  };
  const body = JSON.stringify(entity);
  const answer = await fetch(`${origin}/ngsi-ld/v1/entities`, { method: 'POST', headers: json, body });
  await answer.body?.cancel();
  return answer.status;
}

/** Creates a Subscription to Entities of a type that notifies the URI; resolves to its id. */
export async function subscribe(
  origin: string,
  { type, q }: { readonly type: string; readonly q?: string },
  uri: string,
): Promise<string> {
  const subscription = {
    type: 'Subscription',
    entities: [{ type }],
    ...(q === undefined ? {} : { q }),
    notification: { endpoint: { uri, accept: 'application/json' } },
  };
  const body = JSON.stringify(subscription);
  const answer = await fetch(`${origin}/ngsi-ld/v1/subscriptions`, { method: 'POST', headers: json, body });
  const location = answer.headers.get('location');
  if (answer.status !== 201 || location === null)
    throw new Error(`the broker answers ${answer.status} to a subscription: ${await answer.text()}`);
  return decodeURIComponent(location.slice(location.lastIndexOf('/') + 1));
}
