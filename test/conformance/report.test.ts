import { expect, it } from '@jest/globals';
import { report, type TestResult } from '../../conformance/report.ts';

const ended = (path: string, name: string, message = ''): TestResult => ({
  file: `/suites/TP/NGSI-LD/${path}`,
  name,
  passed: message === '',
  message,
});

it('counts by group of operations and lists what failed with its message', () => {
  const text = report([
    ended('jsonldContext/Provision/AddContext/050_01.robot', '050_01_01 Add'),
    ended('ContextInformation/Provision/Entities/CreateEntity/001_01.robot', '001_01_01 Create'),
    ended(
      'ContextInformation/Provision/Entities/DeleteEntity/002_01.robot',
      '002_01_01 Delete',
      '204 !=\n  404',
    ),
    ended('CommonBehaviours/Tenancy/414_01.robot', '414_01_01 Tenant', 'x'.repeat(400)),
  ]);
  expect(text).toBe(`| folder below \`TP/NGSI-LD\` | passed | failed |
| --- | --- | --- |
| CommonBehaviours/Tenancy | 0 | 1 |
| ContextInformation/Provision/Entities | 1 | 1 |
| jsonldContext | 1 | 0 |
| all 4 | 2 | 2 |

002_01_01 Delete
    204 != 404
414_01_01 Tenant
    ${'x'.repeat(300)}…`);
});
