import type { UnfinishedRoute } from '../../broker/http/routes/unfinished.ts';

/** The text of docs/unfinished.md. */
export function unfinishedPage(rows: readonly UnfinishedRoute[]): string {
  const lines = rows.map(([method, path, clause]) => `| ${method} | \`${path}\` | ${clause} |`);
  return `# Unfinished

Carillon is on its way to all of ETSI GS CIM 009 v1.9.1. A route of the standard that it does not serve yet answers 501 with
a ProblemDetails; an unknown parameter is refused with 400, never ignored. These routes below \`/ngsi-ld/v1\` are to come:

| method | path | clause |
| --- | --- | --- |
${lines.join('\n')}

This page is made from the route table: \`UPDATE_DOCS=1 npm run jest -- test/docs.test.ts\`.
`;
}
