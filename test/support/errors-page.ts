/** One example of docs/errors.md: a request and its answer, or an answer alone. */
export interface ErrorExample {
  /** The heading above it. */
  readonly heading: string;
  readonly request?: ExampleRequest;
  readonly problem: {
    readonly type: string;
    readonly title: string;
    readonly detail: string;
    readonly status: number;
  };
}

export interface ExampleRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const section = /^### (\w+)\n([\s\S]*?)(?=^##|(?![\s\S]))/gm;
const blocks = /(?:```http\n([\s\S]*?)\n```\s+)?```json\n([\s\S]*?)\n```/;

/** The examples of the page, in their order. */
export function errorExamples(page: string): readonly ErrorExample[] {
  return [...page.matchAll(section)].map(([, heading = '', text = '']) => {
    const [, request, problem = ''] = blocks.exec(text) ?? [];
    return {
      heading,
      problem: JSON.parse(problem) as ErrorExample['problem'],
      ...(request !== undefined && { request: parseRequest(request) }),
    };
  });
}

function parseRequest(text: string): ExampleRequest {
  const [head = '', ...body] = text.split('\n\n');
  const [start = '', ...lines] = head.split('\n');
  const [method = '', path = ''] = start.split(' ');
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(':')),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return { method, path, headers: Object.fromEntries(headers), body: body.join('\n\n') };
}
