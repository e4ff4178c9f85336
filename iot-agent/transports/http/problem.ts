import type { Response } from 'express';

const titles = {
  400: 'The request is not valid',
  401: 'The secret is absent or wrong',
  404: 'There is no such resource',
  405: 'This method is not allowed here',
  413: 'The body is too large',
  415: 'The body is of a kind that is not taken here',
  500: 'Something went wrong inside',
  503: 'Nothing can be taken now',
} as const;

/** A status that a device or network server may be refused with. */
export type ProblemStatus = keyof typeof titles;

/** Why a request is refused. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ProblemStatus;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: ProblemStatus, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/** Answers with the ProblemDetails (RFC 7807) of the refusal. */
export function sendProblem(response: Response, { status, message, headers }: Problem): void {
  const body = { type: 'about:blank', title: titles[status], detail: message, status };
  response.status(status).set(headers);
  sendJson(response, 'application/problem+json', body);
}

/** Answers with JSON. Express itself would add a charset, which these types do not have. */
function sendJson(response: Response, type: string, body: object): void {
  response.setHeader('Content-Type', type);
  response.end(JSON.stringify(body));
}
