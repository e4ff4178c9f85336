import { type Request, Router } from 'express';
import { deviceKey } from '../registry/device-key.ts';
import type { QuarantineFilter } from '../spool/quarantine.ts';
import type { ConfigApi } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { presentQuarantined } from './present-message.ts';
import { pageOf, parameter } from './query.ts';
import { Refusal } from './refusal.ts';

/** What is put aside for people to look at: to list, to try anew and to drop. The query says which items: `device`, `attribute`, `rule`. */
export function quarantineRoutes({ spool }: Pick<ConfigApi, 'spool'>): Router {
  const { quarantine } = spool;
  const router = Router();
  router.get('/iot/quarantine', (request, response) => {
    const { count, items } = quarantine.list(filterOf(request), pageOf(request));
    response.json({ count, items: items.map(presentQuarantined) });
  });
  router.post('/iot/quarantine/replay', async (request, response) => {
    response.json({ replayed: await quarantine.replay(filterOf(request)) });
  });
  router.post('/iot/quarantine/:item/replay', async (request, response) => {
    const filter = itemOf(request);
    response.json({ replayed: found(await quarantine.replay(filter), filter) });
  });
  router.delete('/iot/quarantine', async (request, response) => {
    const { tenant, ...chosen } = filterOf(request);
    if (Object.keys(chosen).length === 0 && parameter(request, 'all') !== 'true')
      throw new Refusal(
        'MISSING_ATTRIBUTES',
        'The query must say what to drop by device, attribute or rule, or all=true for everything in the quarantine',
      );
    response.json({ removed: await quarantine.remove({ tenant, ...chosen }) });
  });
  router.delete('/iot/quarantine/:item', async (request, response) => {
    const filter = itemOf(request);
    found(await quarantine.remove(filter), filter);
    response.status(204).end();
  });
  return router;
}

function filterOf(request: Request): QuarantineFilter {
  const { tenant } = ownerOf(request.headers);
  const device = parameter(request, 'device');
  const [attribute, rule] = [parameter(request, 'attribute'), parameter(request, 'rule')];
  return {
    tenant,
    ...(device === undefined ? {} : { device: deviceKey(tenant, device) }),
    ...(attribute === undefined ? {} : { attribute }),
    ...(rule === undefined ? {} : { rule }),
  };
}

function itemOf(request: Request): QuarantineFilter & { readonly seq: number } {
  const text = String(request.params['item']);
  // What is no number of an item is the number of none.
  const seq = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  return { tenant: ownerOf(request.headers).tenant, seq };
}

function found(items: number, { seq }: { readonly seq: number }): number {
  if (items > 0) return items;
  throw new Refusal('NOT_FOUND', `Nothing in the quarantine has the id ${seq}: GET /iot/quarantine lists it`);
}
