import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { composeAdminRoutes } from '../broker/compose-admin-routes.ts';
import type { JsonObject } from '../broker/domain/entity.ts';
import { createRouteTable } from '../broker/http/route-table.ts';
import { judge } from '../broker/notifications/retry-policy.ts';
import { notificationSettings } from '../broker/notifications/settings.ts';
import { readSettings } from '../runtime/config.ts';
import { notifyingBroker } from './broker/notifications/notifying-broker.ts';

const page = readFileSync('docs/subscriptions.md', 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(
  ([, text = '']) => JSON.parse(text) as JsonObject,
);
const subscriptions = examples.filter(({ type }) => type === 'Subscription');

/** The cells of the rows of tables whose first cell matches. */
function rows(first: RegExp): readonly (readonly string[])[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map((cells) => cells.slice(1, -1))
    .filter(([cell = '']) => first.test(cell));
}

describe('docs/subscriptions.md', () => {
  it('has Subscriptions that can be made', async () => {
    const { api } = await notifyingBroker();
    for (const subscription of subscriptions) {
      const { status, body } = await api.post('/subscriptions').send(subscription);
      expect({ status, body }).toEqual({ status: 201, body: {} });
    }
    expect(subscriptions.length).toBeGreaterThan(6);
  });

  it('has the defaults of the settings', () => {
    const defaults = new Map<string, string | undefined>(
      Object.values(notificationSettings).map((row) => [
        `\`${row.variable}\``,
        'default' in row ? row.default : undefined,
      ]),
    );
    const told = rows(/^`NOTIF/);
    expect(told.length).toBeGreaterThan(7);
    for (const [variable = '', value] of told)
      expect([variable, value]).toEqual([variable, `\`${defaults.get(variable)}\``]);
  });

  it('has the waits between attempts', () => {
    const settings = readSettings(notificationSettings, {});
    const retry = {
      maxAttempts: settings.notificationMaxAttempts,
      maxAge: settings.notificationMaxAge,
      firstDelay: settings.notificationRetryDelay,
      longestDelay: settings.notificationMaxRetryDelay,
    };
    const wait = (attempts: number, random: number): number => {
      const verdict = judge({ kind: 'answered', status: 503 }, { attempts, age: 0 }, retry, random);
      return verdict.kind === 'retry' ? verdict.delay / 1000 : Number.NaN;
    };
    const told = rows(/^\d+( and later)?$/);
    expect(told).toHaveLength(10);
    for (const [attempt = '', text] of told) {
      const attempts = Number.parseInt(attempt, 10) - 1;
      expect(text).toBe(`${wait(attempts, 0)} to ${wait(attempts, 1)} s`);
    }
    expect(wait(28, 1)).toBe(300);
    expect(wait(29, 1)).toBeNaN();
  });

  it('asks operators to use routes that there are', () => {
    const parts = { store: { outbox: {} }, notifications: {}, now: () => 0 };
    const table = createRouteTable(
      composeAdminRoutes(parts as unknown as Parameters<typeof composeAdminRoutes>[0]),
    );
    const asked = [...page.matchAll(/^curl -s (?:-X (\w+) )?.*:1026\/admin([^?'\s]+)(?:\?([^'\s]+))?/gm)];
    expect(asked.length).toBeGreaterThan(6);
    for (const [, method = 'GET', path = '', search = ''] of asked) {
      const match = table.match(method, path);
      if (match.kind !== 'found') throw new Error(`there is no ${method} ${path}`);
      for (const name of new URLSearchParams(search).keys()) expect(match.route.parameters).toContain(name);
    }
  });
});
