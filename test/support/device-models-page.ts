import type { DeviceModel } from '../../iot-agent/devices/device-model.ts';

const ROW = '| --- | --- | --- | --- |';

/** A text in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function modelRow({ vendor, model, description, documentation, feeds, commands = [] }: DeviceModel): string {
  const names = commands.map(({ name }) => `\`${name}\``).join(', ');
  return `| [${vendor}/${model}](${documentation}) | ${cell(description)} | ${feeds.join(', ')} | ${names} |`;
}

function settingRows({ vendor, model, settings = [] }: DeviceModel): readonly string[] {
  return settings.map(
    ({ name, description, nominal }) =>
      `| ${vendor}/${model} | \`${name}\` | ${cell(description)} | ${nominal} |`,
  );
}

/** The text of docs/device-models.md. */
export function deviceModelsPage(models: readonly DeviceModel[]): string {
  return `# Device models

A LoRaWAN device names its \`model\`; the name links to the vendor's description. What it measures goes to an entity of the type that
it feeds first, unless its \`entity_type\` says another. Types that are no Smart Data Model keep every quantity under its own name.

| model | what it is | feeds | commands |
${ROW}
${models.map(modelRow).join('\n')}

## Settings

A device of these models may be told constants of its calibration or its mounting, in \`internal_attributes\`. Without them the
documented value counts.

| model | setting | meaning | documented value |
${ROW}
${models.flatMap(settingRows).join('\n')}

This page is made from the models: \`UPDATE_DOCS=1 npm run jest -- test/docs.test.ts\`.
`;
}
