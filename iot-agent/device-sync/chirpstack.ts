import { normaliseDevEui } from '../registry/dev-eui.ts';
import type { Ask, DeviceList, ListDevices, ListedDevice } from './listed-device.ts';
import { itemsOfPages } from './pages.ts';
import { type Fields, fieldsOf, given, listOf, placeOf, tagsOf, textOf } from './parse-fields.ts';

/** ChirpStack gives no more at once. */
const pageSize = 100;

/** Devices of ChirpStack v4, by the REST interface beside it; a place is in the tags `latitude` and `longitude`, or `lat` and `lon`. */
export const chirpstackDevices: ListDevices = async function* list(wanted, ask) {
  for await (const applicationId of applicationsOf(wanted, ask)) {
    const devices = pagesOf(ask, '/api/devices', { applicationId }, 'devEui');
    for await (const device of devices) {
      const listed = deviceOf(applicationId, device);
      if (listed !== undefined) yield listed;
    }
  }
};

async function* applicationsOf({ applications, tenantId }: DeviceList, ask: Ask): AsyncGenerator<string> {
  if (applications !== undefined) {
    yield* applications;
    return;
  }
  const query: Readonly<Record<string, string>> = tenantId === undefined ? {} : { tenantId };
  for await (const { id } of pagesOf(ask, '/api/applications', query, 'id')) yield String(id);
}

function pagesOf(
  ask: Ask,
  path: string,
  query: Readonly<Record<string, string>>,
  key: string,
): AsyncGenerator<Fields> {
  const page = async (_number: number, offset: number): Promise<readonly Fields[]> => {
    const parameters = new URLSearchParams({ limit: String(pageSize), offset: String(offset), ...query });
    return listOf(fieldsOf(await ask(`${path}?${parameters}`))['result']);
  };
  return itemsOfPages(page, (item) => String(item[key]));
}

function deviceOf(applicationId: string, device: Fields): ListedDevice | undefined {
  const devEui = normaliseDevEui(textOf(device['devEui']) ?? '');
  if (devEui === undefined) return undefined;
  const tags = tagsOf(device['tags']);
  const { latitude, longitude, lat, lon, altitude } = fieldsOf(tags);
  return {
    ...{ devEui, applicationId },
    ...given({
      deviceId: textOf(device['name']),
      profile: textOf(device['deviceProfileName']),
      tags,
      location: placeOf(latitude ?? lat, longitude ?? lon, altitude),
    }),
  };
}
