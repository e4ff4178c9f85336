import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { DeviceRecord, GroupRecord } from '../registry/registry.ts';
import { Refusal } from './refusal.ts';

/** The tag of a record's settings: as long as it is the same, nobody has changed them. */
export function etagOf({ servicePath, settings }: DeviceRecord | GroupRecord): string {
  const hash = createHash('sha256').update(JSON.stringify([servicePath, settings]));
  return `"${hash.digest('base64url').slice(0, 22)}"`;
}

/**
 * Refuses a change whose `If-Match` names other settings than those that are there (RFC 9110, 13.1.1). `about`: `device pm-04`.
 * @throws Refusal PRECONDITION_FAILED
 */
export function refuseStale(request: Request, record: DeviceRecord | GroupRecord, about: string): void {
  const wanted = request.get('if-match')?.trim();
  if (wanted === undefined || wanted === '*') return;
  const tag = etagOf(record);
  if (wanted.split(',').some((one) => one.trim() === tag)) return;
  throw new Refusal(
    'PRECONDITION_FAILED',
    `The settings of ${about} are not those of If-Match any more: GET them again, and repeat the change with the new ETag`,
  );
}
