import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { NgsiLdError } from '../../../broker/domain/errors.ts';
import { errorTypes, problemDetails } from '../../../broker/http/problem-details.ts';
import { errorExamples } from '../../support/errors-page.ts';
import { brokerUnderTest } from './broker-under-test.ts';

const page = readFileSync('docs/errors.md', 'utf8');
const examples = errorExamples(page);

describe('docs/errors.md', () => {
  it('has every type of error, and no other', () => {
    expect(examples.map(({ heading }) => heading).sort()).toEqual([...errorTypes].sort());
  });

  it.each(errorTypes)('says what %s is in answers', (type) => {
    const example = examples.find(({ heading }) => heading === type);
    const problem = problemDetails(new NgsiLdError(type, example?.problem.detail ?? ''));
    expect(example?.problem).toEqual(problem);
    const name = problem.type.slice(problem.type.lastIndexOf('/') + 1);
    expect(page).toContain(
      `| [${type}](#${type.toLowerCase()}) | ${problem.status} | \`${name}\` | ${problem.title} |`,
    );
  });
});

describe('the examples of docs/errors.md', () => {
  const broker = brokerUnderTest();
  beforeAll(async () => {
    const lamp = { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', level: 1 };
    await broker.api.post('/entities').send(lamp).expect(201);
  });

  it.each(examples.filter(({ request }) => request !== undefined))(
    '$heading',
    async ({ request, problem }) => {
      const { method = '', path = '', headers = {}, body } = request ?? {};
      const verb = method.toLowerCase() as 'get' | 'post' | 'patch';
      const response = await broker.api[verb](path)
        .set(headers)
        .send(body === '' ? undefined : body);
      expect(response.body).toEqual(problem);
    },
  );
});
