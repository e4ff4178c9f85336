import { normaliseDevEui } from '../registry/dev-eui.ts';
import type { Ask, DeviceList, ListDevices, ListedDevice } from './listed-device.ts';
import { itemsOfPages } from './pages.ts';
import { type Fields, fieldsOf, given, listOf, placeOf, tagsOf, textOf } from './parse-fields.ts';

const pageSize = 1000;
const fieldMask = 'name,attributes,version_ids,locations';

/** Devices of The Things Stack v3, by the registry of its Identity Server; a place is that which somebody has set. */
export const thingsStackDevices: ListDevices = async function* list(wanted, ask) {
  for await (const application of applicationsOf(wanted, ask)) {
    const path = `/api/v3/applications/${encodeURIComponent(application)}/devices`;
    const devices = pagesOf(ask, path, { field_mask: fieldMask }, 'end_devices', (device) =>
      String(fieldsOf(device['ids'])['device_id']),
    );
    for await (const device of devices) {
      const listed = deviceOf(application, device);
      if (listed !== undefined) yield listed;
    }
  }
};

async function* applicationsOf({ applications }: DeviceList, ask: Ask): AsyncGenerator<string> {
  if (applications !== undefined) {
    yield* applications;
    return;
  }
  const idOf = ({ ids }: Fields): string => String(fieldsOf(ids)['application_id']);
  for await (const one of pagesOf(ask, '/api/v3/applications', {}, 'applications', idOf)) yield idOf(one);
}

function pagesOf(
  ask: Ask,
  path: string,
  query: Readonly<Record<string, string>>,
  list: string,
  keyOf: (item: Fields) => string,
): AsyncGenerator<Fields> {
  const page = async (number: number): Promise<readonly Fields[]> => {
    const parameters = new URLSearchParams({ ...query, limit: String(pageSize), page: String(number + 1) });
    return listOf(fieldsOf(await ask(`${path}?${parameters}`))[list]);
  };
  return itemsOfPages(page, keyOf);
}

function deviceOf(application: string, device: Fields): ListedDevice | undefined {
  const { dev_eui: devEuiText, device_id: id } = fieldsOf(device['ids']);
  const devEui = normaliseDevEui(textOf(devEuiText) ?? '');
  if (devEui === undefined) return undefined;
  const { brand_id: brand, model_id: model } = fieldsOf(device['version_ids']);
  const { latitude, longitude, altitude } = fieldsOf(fieldsOf(device['locations'])['user']);
  return {
    ...{ devEui, applicationId: application },
    ...given({
      deviceId: textOf(id),
      profile: textOf(brand) && textOf(model) && `${brand}/${model}`,
      tags: tagsOf(device['attributes']),
      location: placeOf(latitude, longitude, altitude),
    }),
  };
}
