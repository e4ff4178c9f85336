import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { presetRoutes } from '../../../iot-agent/http/preset-routes.ts';
import type { Preset } from '../../../iot-agent/mapping/presets.ts';

const server = createServer(express().use(presetRoutes()));

async function presets(query = ''): Promise<Map<string, Preset>> {
  const { body } = await request(server).get(`/iot/presets${query}`).expect(200);
  expect(body.count).toBe(body.presets.length);
  return new Map((body.presets as readonly Preset[]).map((preset) => [preset.quantity, preset]));
}

describe('GET /iot/presets', () => {
  it('says what a quantity is delivered in, what else it may come in, and what it becomes', async () => {
    expect((await presets()).get('no2')).toEqual({
      quantity: 'no2',
      delivered: 'ppb',
      units: expect.arrayContaining(['ppb', 'ppm', 'µg/m³', 'mg/m³']),
      range: { minimum: 0, maximum: 10_000_000 },
      attributes: { AirQualityObserved: { attribute: 'no2', unitCode: 'GQ' } },
      derives: {},
    });
  });

  it('offers units of what is measured alone', async () => {
    const all = await presets();
    expect(all.get('accelerationX')?.units).toEqual(['g', 'm/s²']);
    expect(all.get('weight')?.units).toEqual(['mg', 'g', 'kg', 't']);
    expect(all.get('peopleCount')?.units).toEqual(['count']);
  });

  it('says what follows from it', async () => {
    const all = await presets();
    expect(all.get('distance')?.derives).toMatchObject({ WasteContainer: ['fillingLevel'] });
    expect(all.get('occupied')).toMatchObject({ units: [], derives: { ParkingSpot: ['status'] } });
  });

  it('lists those that a type has room for', async () => {
    const ofBins = await presets('?type=WasteContainer');
    expect([...ofBins.keys()]).toEqual(expect.arrayContaining(['distance', 'fillingLevel', 'location']));
    expect(ofBins.has('windSpeed')).toBe(false);
    expect((await presets('?type=Room')).size).toBe((await presets()).size);
  });
});
