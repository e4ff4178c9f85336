import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { expressConstructors } from '../../runtime/express-constructors.ts';
import { createHealth } from '../../runtime/health.ts';
import { createMetrics } from '../../runtime/metrics.ts';
import { operations } from '../../runtime/operations.ts';
import { version } from '../../runtime/version.ts';

function setUp() {
  const health = createHealth();
  const metrics = createMetrics({ withDefaults: false });
  const app = express();
  app.use(operations({ name: 'broker', health, metrics }));
  return { health, metrics, app, server: createServer(expressConstructors(app), app) };
}

describe('operations', () => {
  it('is live as soon as it answers', async () => {
    const { server } = setUp();
    await request(server).get('/health/live').expect(200, { live: true });
    await request(server).get('/health').expect(200, { live: true });
  });

  it('is ready when its checks pass, and answers 503 with the one that fails', async () => {
    const { server, health } = setUp();
    await request(server).get('/health/ready').expect(200, { ready: true, checks: {} });
    health.register('store', () => Promise.reject(new Error('disk full')));
    const answer = await request(server).get('/health/ready').expect(503);
    expect(answer.body).toEqual({ ready: false, checks: { store: 'disk full' } });
    expect(answer.headers['retry-after']).toBe('1');
    const { body } = await request(server).get('/ready').expect(503);
    expect(body).toEqual(answer.body);
  });

  it('gives metrics in the Prometheus text format', async () => {
    const { server, metrics } = setUp();
    metrics.counter({ name: 'uplinks_total', help: 'Uplinks', labels: ['model'] }).inc({ model: 'dl-pm' });
    metrics.gauge({ name: 'spool_size', help: 'Waiting', collect: () => 7 });
    metrics.histogram({ name: 'commit_seconds', help: 'Commits', buckets: [0.1, 1] }).observe(0.5);
    const answer = await request(server).get('/metrics').expect(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    expect(answer.text).toContain('uplinks_total{model="dl-pm"} 1');
    expect(answer.text).toContain('spool_size 7');
    expect(answer.text).toContain('commit_seconds_bucket{le="1"} 1');
  });

  it('includes the metrics of Node unless told otherwise', async () => {
    expect(await createMetrics().text()).toContain('nodejs_eventloop_lag_seconds');
  });

  it('tells its version', async () => {
    const { server } = setUp();
    await request(server).get('/version').expect(200, { name: 'broker', version, node: process.version });
  });
});

describe('expressConstructors', () => {
  it('makes requests and responses that Express need not change', async () => {
    const { app } = setUp();
    const seen: boolean[] = [];
    const server = createServer(expressConstructors(app), (incoming, response) => {
      seen.push(Object.getPrototypeOf(incoming) === app.request);
      seen.push(Object.getPrototypeOf(response) === app.response);
      seen.push(incoming instanceof IncomingMessage && response instanceof ServerResponse);
      app(incoming, response);
    });
    await request(server).get('/health/live').expect(200);
    expect(seen).toEqual([true, true, true]);
  });
});
