import type { Catalogue } from '../devices/catalogue.ts';
import type { DeviceModel } from '../devices/device-model.ts';
import { defaultEntityId } from '../mapping/entity-ids.ts';
import type { Owner } from '../provisioning/draft.ts';
import { normaliseDevEui } from '../registry/dev-eui.ts';
import type { DeviceRecord, GroupRecord } from '../registry/registry.ts';
import { resolveDevice } from '../registry/resolve-device.ts';
import type { DeviceSettings } from '../registry/settings.ts';
import { Refusal } from './refusal.ts';
import { refuseBadCommands } from './refuse-commands.ts';
import { refuseBadMapping } from './refuse-mapping.ts';
import { refuseBadStatics } from './refuse-statics.ts';

/** What parsing a device asks. */
export interface DeviceParts {
  readonly catalogue: Pick<Catalogue, 'findModel' | 'suggest'>;
  /** The owner's group with the apikey of the device, if there is one. */
  readonly group: GroupRecord | undefined;
  /** Makes the entity_name that the settings do not have, of the entity_type. */
  readonly nameOf?: (entityType: string) => string;
}

/**
 * The record of settings that have the right form: DevEUI and model in their canonical spelling, entity_type from the group or the
 * model and entity_name from the device id where they are not said.
 * @throws Refusal that names the setting, the rule and the remedy.
 */
export function parseDevice(settings: DeviceSettings, owner: Owner, parts: DeviceParts): DeviceRecord {
  const { device_id: id } = settings;
  const devEui = settings.devEui === undefined ? undefined : devEuiOf(settings.devEui, id);
  const model =
    settings.model === undefined ? undefined : modelOf(settings.model, `device ${id}`, parts.catalogue);
  if (model !== undefined && devEui === undefined && settings.apikey === undefined)
    throw new Refusal(
      'MISSING_ATTRIBUTES',
      `device ${id} has a model and no devEui: set devEui to the 16 hexadecimal digits on its label, or the apikey of a plain device that sends bytes`,
      'devEui',
    );
  const entityType = entityTypeOf(settings, model, parts.group);
  const conjunction = parts.group?.settings.defaultEntityNameConjunction;
  const record: DeviceRecord = {
    ...owner,
    settings: {
      ...settings,
      ...(devEui === undefined ? {} : { devEui }),
      ...(model === undefined ? {} : { model: `${model.vendor}/${model.model}` }),
      entity_type: entityType,
      entity_name:
        settings.entity_name ?? parts.nameOf?.(entityType) ?? defaultEntityId(entityType, id, conjunction),
    },
  };
  const device = resolveDevice(record, parts.group);
  refuseBadStatics(device, `device ${id}`);
  refuseBadMapping(device, `device ${id}`);
  refuseBadCommands(settings.commands, `device ${id}`);
  return record;
}

function devEuiOf(text: string, id: string): string {
  const devEui = normaliseDevEui(text);
  if (devEui !== undefined) return devEui;
  throw new Refusal(
    'WRONG_SYNTAX',
    `devEui of device ${id} is ${JSON.stringify(text.slice(0, 80))}: it must have 16 hexadecimal digits, such as 70B3D57BA0000123`,
    'devEui',
  );
}

/** The model of that name. `about`: `device pm-04`. @throws Refusal that names close ones */
export function modelOf(
  name: string,
  about: string,
  { findModel, suggest }: DeviceParts['catalogue'],
): DeviceModel {
  const model = findModel(name);
  if (model !== undefined) return model;
  const close = suggest(name);
  const hint = close.length === 0 ? '' : `did you mean ${close.join(' or ')}? `;
  throw new Refusal(
    'WRONG_SYNTAX',
    `model of ${about} is ${JSON.stringify(name.slice(0, 80))}, which is not in the catalogue: ${hint}GET /iot/models lists it`,
    'model',
  );
}

function entityTypeOf(
  { device_id: id, entity_type: own }: DeviceSettings,
  model: DeviceModel | undefined,
  group: GroupRecord | undefined,
): string {
  const type = own ?? group?.settings.entity_type ?? model?.feeds[0];
  if (type !== undefined) return type;
  throw new Refusal(
    'MISSING_ATTRIBUTES',
    `device ${id} must have entity_type: set it, or the apikey of a group that has one, or the model of a LoRaWAN device`,
    'entity_type',
  );
}
