import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { causes } from '../../../iot-agent/spool/causes.ts';
import { configApiServer } from './config-api-server.ts';

const page = readFileSync('docs/devices.md', 'utf8');
const bodies = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text);

/** What a page's table has in its first column, below the heading. */
function firstColumn(heading: string): readonly string[] {
  const [, table = ''] = page.split(`| ${heading} |`);
  const rows = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| ([^|-][^|]*?) \|/gm)];
  return rows.flatMap(([, cell = '']) => cell.split(', '));
}

describe('docs/devices.md', () => {
  it('shows bodies that are taken without a warning', async () => {
    const { server } = await configApiServer();
    for (const body of bodies) {
      const path = body.includes('"groups"') ? '/iot/groups' : '/iot/devices';
      await request(server).post(path).set('Content-Type', 'application/json').send(body).expect(201, {});
    }
    expect((await request(server).get('/iot/devices')).body.count).toBe(3);
  });

  it('says what to do about every cause', () => {
    expect(firstColumn('cause').toSorted()).toEqual(Object.keys(causes).toSorted());
  });
});
