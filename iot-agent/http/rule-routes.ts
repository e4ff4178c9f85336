import { type Request, type Response, Router } from 'express';
import { BrokerDown } from '../delivery/deliver.ts';
import type { Owner } from '../provisioning/draft.ts';
import { deviceRuleNotFound } from '../registry/rule-clashes.ts';
import type { RuleSettings } from '../registry/rule-settings.ts';
import type { LoadedRule } from '../rules/load-rules.ts';
import { removeRule, replaceRule } from './change-rules.ts';
import { checkSettings } from './check-settings.ts';
import type { ConfigApi } from './config-api.ts';
import { ownerOf } from './owner.ts';
import { presentDryRun, presentReport, presentRule } from './present-rule.ts';
import { pageOf } from './query.ts';
import { Refusal } from './refusal.ts';
import { refuseBadRules } from './refuse-rules.ts';

type RuleApi = Pick<ConfigApi, 'registry' | 'rules' | 'changed'>;

const path = '/iot/rules/:name';

/** Rules of devices: those of their own, and those in the settings of groups and devices. */
export function ruleRoutes(api: RuleApi): Router {
  const router = Router();
  router.get('/iot/rules', async (request, response) => {
    const { limit, offset } = pageOf(request);
    const rules = await api.rules.list(ownerOf(request.headers).tenant);
    response.json({ count: rules.length, rules: rules.slice(offset, offset + limit).map(presentRule) });
  });
  router.post('/iot/rules', (request, response) => createRules(api, request, response));
  router.get(path, async (request, response) => {
    const report = await api.rules.report(ownerOf(request.headers).tenant, nameIn(request));
    if (report === undefined) throw deviceRuleNotFound(nameIn(request));
    response.json(presentReport(report));
  });
  router.put(path, (request, response) => putRule(api, request, response));
  router.delete(path, async (request, response) => {
    const { tenant, owner, settings } = await existing(api, request);
    await removeRule(api.registry, { tenant, owner, name: settings.name });
    api.changed(() => false);
    response.status(204).end();
  });
  router.post(`${path}/test`, (request, response) => testRule(api, request, response));
  return router;
}

/** One, or a list of them in `rules`: all are checked before the first is made. */
async function createRules(api: RuleApi, request: Request, response: Response): Promise<void> {
  const owner = ownerOf(request.headers);
  const { rules = [request.body] } = (request.body ?? {}) as { readonly rules?: unknown };
  if (!Array.isArray(rules) || rules.length === 0)
    throw new Refusal('WRONG_SYNTAX', 'rules must be a list of rules: send one rule, or {"rules": [...]}');
  const settings = rules.map((rule, index) =>
    ruleIn(rule, rules.length === 1 ? 'the rule' : `rules[${index}]`),
  );
  await refuseBadRules(
    api.registry,
    settings.map((one) => owned(one, owner)),
  );
  for (const rule of settings) await api.registry.ruleBook.add({ ...owner, rule });
  api.changed(() => false);
  response.status(201).json({});
}

/** Makes the rule, or puts it in the place of the one of that name. */
async function putRule(api: RuleApi, request: Request, response: Response): Promise<void> {
  const owner = ownerOf(request.headers);
  const name = nameIn(request);
  const rule = ruleIn({ name, ...(request.body as object) }, 'the rule');
  if (rule.name !== name)
    throw new Refusal(
      'WRONG_SYNTAX',
      `the rule has the name ${rule.name}, and the path ${name}: a rule keeps its name`,
    );
  const before = await api.rules.find(owner.tenant, name);
  if (before === undefined) {
    await refuseBadRules(api.registry, [owned(rule, owner)]);
    await api.registry.ruleBook.add({ ...owner, rule });
  } else {
    const { tenant, defaults } = before;
    await refuseBadRules(api.registry, [{ tenant, owner: before.owner, settings: rule, defaults }], {
      owner: before.owner,
      name,
    });
    await replaceRule(api.registry, { tenant, owner: before.owner, name }, rule);
  }
  api.changed(() => false);
  response.status(before === undefined ? 201 : 204).end();
}

/** Members of the answers of this API are not taken for settings. */
function ruleIn(body: unknown, at: string): RuleSettings {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refusal('WRONG_SYNTAX', `${at} must be a JSON object`);
  const { of, state, fault, ...told } = body as Readonly<Record<string, unknown>>;
  return checkSettings<RuleSettings>('rule', told, at);
}

function owned(settings: RuleSettings, { tenant, servicePath }: Owner) {
  return { tenant, owner: { kind: 'rules', servicePath } as const, settings, defaults: {} };
}

async function testRule(api: RuleApi, request: Request, response: Response): Promise<void> {
  const { entity } = (request.body ?? {}) as { readonly entity?: unknown };
  if (typeof entity !== 'string' || entity === '')
    throw new Refusal(
      'MISSING_ATTRIBUTES',
      'The body must name the Entity: {"entity": "urn:ngsi-ld:..."}',
      'entity',
    );
  const { tenant, settings } = await existing(api, request);
  const result = await api.rules.test(tenant, settings.name, entity).catch((error: unknown) => {
    if (error instanceof BrokerDown)
      throw new Refusal('UNAVAILABLE', `The broker cannot be asked now: ${error.message}`);
    throw error;
  });
  if (result === undefined) throw deviceRuleNotFound(settings.name);
  response.json(presentDryRun(result));
}

async function existing({ rules }: RuleApi, request: Request): Promise<LoadedRule> {
  const rule = await rules.find(ownerOf(request.headers).tenant, nameIn(request));
  if (rule === undefined) throw deviceRuleNotFound(nameIn(request));
  return rule;
}

function nameIn(request: Request): string {
  return String(request.params['name']);
}
