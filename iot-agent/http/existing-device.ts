import type { Request } from 'express';
import type { DeviceRecord, Registry } from '../registry/registry.ts';
import { ownerOf } from './owner.ts';
import { Refusal } from './refusal.ts';

/** The tenant's device that the path names. @throws Refusal DEVICE_NOT_FOUND */
export async function existingDevice(
  registry: Pick<Registry, 'device'>,
  request: Request,
): Promise<DeviceRecord> {
  const id = String(request.params['id']);
  const record = await registry.device(ownerOf(request.headers).tenant, id);
  if (record !== undefined) return record;
  throw new Refusal(
    'DEVICE_NOT_FOUND',
    `No device was found with id: ${id}. GET /iot/devices lists those of this tenant`,
  );
}
