import type { SettingsTable } from '../../runtime/config.ts';

/** The text of docs/settings.md: what `--help` prints, as tables. */
export function settingsPage(
  programs: readonly { readonly title: string; readonly command: string; readonly table: SettingsTable }[],
): string {
  const sections = programs.map(
    ({ title, command, table }) => `## ${title}

As printed by \`${command} -- --help\`.

| variable | default | meaning |
| --- | --- | --- |
${Object.values(table)
  .map(
    (setting) =>
      `| \`${setting.variable}\` | ${setting.default ? `\`${setting.default}\`` : ''} | ${cell(setting.meaning)} |`,
  )
  .join('\n')}
`,
  );
  return `# Settings

Carillon is set up by environment variables. A wrong value is refused at start, by name. Durations are written \`500ms\`,
\`30s\`, \`5m\`, \`1h\` or \`7d\`; sizes \`512KB\`, \`20MB\` or a number of bytes; lists are separated by commas.

This page is made from the tables in the code: \`UPDATE_DOCS=1 npm run jest -- test/docs.test.ts\`.

${sections.join('\n')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
