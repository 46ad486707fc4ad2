import { TAGS } from './operations.ts';
import { collectParameters, describeParameters } from './parameters.ts';
import { describePaths } from './paths.ts';
import { describeRefusals } from './responses.ts';
import { describeSchemas } from './schemas.ts';
import { describeEventHeaders, describeWebhooks } from './webhooks.ts';

const DESCRIPTION = `Cathcr posts events to the webhooks of your application as they happen: signed, and tried again until they are taken.

Every request takes an API key, \`Authorization: Bearer your_api_key\`, unless it says otherwise. What is refused is answered as a problem document (RFC 9457) that names every field at fault; unknown fields are refused. An unknown path is a 404; a method that a path does not support is a 405.`;

const TAG_OF_EVENTS = {
  name: 'Events',
  description:
    'What your application is sent. Order is not promised, and an event may come more than once: under the same delivery id. What you do not know inside `data` may grow: let it pass.',
};

/** The OpenAPI 3.1 document of the API, from the schemas that requests are read with. */
export function describeApi() {
  const schemas = describeSchemas(collectParameters());
  return {
    openapi: '3.1.1',
    info: { title: 'Cathcr Webhooks', version: '1.0.0', description: DESCRIPTION },
    servers: [{ url: '/', description: 'Where this document was read from.' }],
    tags: [...Object.entries(TAGS).map(([name, description]) => ({ name, description })), TAG_OF_EVENTS],
    security: [{ apiKey: [] }],
    paths: describePaths(),
    webhooks: describeWebhooks(),
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of Cathcr, with its scopes.' },
      },
      parameters: { ...describeParameters(schemas.others), ...describeEventHeaders() },
      responses: describeRefusals(),
      schemas: schemas.components,
    },
  };
}
