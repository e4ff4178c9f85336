import { Router } from 'express';
import { openApiDocument } from './openapi/document.ts';

/** `GET /openapi.json`: what the agent can be asked, for programs and for those who write them. */
export function openApiRoutes(): Router {
  const document = JSON.stringify(openApiDocument());
  const router = Router();
  router.get('/openapi.json', (_request, response) => {
    response.type('application/json').send(document);
  });
  return router;
}
