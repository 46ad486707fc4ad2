import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describeApi } from '../core/openapi/document.ts';

/** The document, as what reads it sees it. */
export const DOCUMENT: any = JSON.parse(JSON.stringify(describeApi()));

const BASE = 'openapi.json';

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
addFormats.default(ajv);
// The document as a whole is no schema, and what OpenAPI adds to a schema says nothing of what is valid.
ajv.addVocabulary([...Object.keys(DOCUMENT), 'discriminator']);
ajv.addSchema(DOCUMENT, BASE, false, false);

const compiled = new Map<string, ValidateFunction>();

/** What is wrong with a value by the schema that stands at `pointer` (its parts) in the document; '' where nothing is. */
export function findSchemaFaults(pointer: readonly string[], value: unknown): string {
  const fragment = pointer
    .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
    .map(encodeURIComponent);
  const $ref = `${BASE}#/${fragment.join('/')}`;
  const validate = compiled.get($ref) ?? ajv.compile({ $ref });
  compiled.set($ref, validate);
  if (validate(value)) return '';
  const faults = (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`,
  );
  return faults.join('\n');
}
