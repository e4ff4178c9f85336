import { type Request, Router } from 'express';
import { provisioningRuleNotFound } from '../registry/clashes.ts';
import type { RuleRecord } from '../registry/provisioning-rule.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { isOfStrangers } from '../spool/causes.ts';
import type { ConfigApi } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { parseProvisioningRule } from './parse-provisioning-rule.ts';

/** More would have to be looked through for each stranger. */
const mostRules = 1000;
const path = '/iot/provisioning-rules';

/** Rules for devices that send and that nobody has registered. */
export function provisioningRuleRoutes(api: Pick<ConfigApi, 'catalogue' | 'changed' | 'registry'>): Router {
  const { registry } = api;
  const router = Router();
  // Strangers are met again.
  const changed = (): void => api.changed((_key, cause) => isOfStrangers(cause));
  router.post(path, async (request, response) => {
    const record = await parseProvisioningRule(api, ownerOf(request.headers), request.body);
    if ((await registry.provisioningRules()).length >= mostRules)
      throw new RegistryError('WRONG_SYNTAX', `There are ${mostRules} provisioning rules: delete some first`);
    await registry.addProvisioningRule(record);
    changed();
    response
      .status(201)
      .location(`${path}/${encodeURIComponent(record.rule.name)}`)
      .json(presentRule(record));
  });
  router.get(path, async (request, response) => {
    const { tenant } = ownerOf(request.headers);
    const records = (await registry.provisioningRules()).filter((record) => record.tenant === tenant);
    response.json({ count: records.length, rules: records.map(presentRule) });
  });
  router.get(`${path}/:name`, async (request, response) => {
    response.json(presentRule(await existingRule(api, request)));
  });
  router.put(`${path}/:name`, async (request, response) => {
    const before = await existingRule(api, request);
    const record = await parseProvisioningRule(api, before, {
      name: before.rule.name,
      ...Object(request.body),
    });
    if (record.rule.name !== before.rule.name)
      throw new RegistryError(
        'WRONG_SYNTAX',
        'The name of a provisioning rule cannot be changed: make another one',
      );
    await registry.replaceProvisioningRule(record);
    changed();
    response.json(presentRule(record));
  });
  router.delete(`${path}/:name`, async (request, response) => {
    const { tenant, rule } = await existingRule(api, request);
    await registry.removeProvisioningRule(tenant, rule.name);
    changed();
    response.status(204).end();
  });
  return router;
}

async function existingRule(
  { registry }: Pick<ConfigApi, 'registry'>,
  request: Request,
): Promise<RuleRecord> {
  const { tenant } = ownerOf(request.headers);
  const name = String(request.params['name']);
  const record = (await registry.provisioningRules()).find(
    (one) => one.tenant === tenant && one.rule.name === name,
  );
  if (record === undefined) throw provisioningRuleNotFound(name);
  return record;
}

function presentRule({ tenant, rule }: RuleRecord) {
  return { ...rule, service: tenant };
}
