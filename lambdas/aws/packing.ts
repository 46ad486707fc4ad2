import { deflateRawSync, inflateRawSync } from 'node:zlib';

/**
 * What payloads and responses have in common, the most frequent last: whatever is in here costs a text next to
 * nothing. It never changes, as what was packed with it is unpacked with it. Another one needs a mark of its own: no
 * deflated text begins with a byte of 0xff.
 */
const DICTIONARY = Buffer.from(
  [
    '{"url":"https://","signature":"sha256=","response":{"headers":{"x-request-id":"","etag":"W/\\"',
    '","strict-transport-security":"max-age=31536000; includeSubDomains","cache-control":"no-cache","vary":"Accept-Encoding',
    '","x-powered-by":"Express","server":"nginx","transfer-encoding":"chunked","content-type":"text/plain',
    '"text/html; charset=utf-8","content-type":"application/json; charset=utf-8","content-length":"0","date":"Mon, ',
    ' Jan 2026 00:00:00 GMT","connection":"keep-alive","keep-alive":"timeout=5"},"body":"{\\"ok\\":true}OK"}}',
    '{"job_id":"job_","services":["categorization","reminder_extraction"],"confidence":0.9,"subscription":{"plan":',
    '"previous_values":{"preferences":{"language":"en"},"description":"","parent_id":"cat_","name":"',
    '"reminder":{"id":"rem_","thought_id":"thought_","content":"","due_date":"2026-01-01T00:00:00Z","status":"completed',
    ' is not that this with have will you from they what there about which when would could should because your my ',
    'for in of to and the a ","category_id":"cat_","category":{"id":"cat_","name":"","color":"#3B82F6"},"tags":["',
    '"],"updated_at":"2026-01-01T00:00:00.000Z","created_at":"2026-01-01T00:00:00Z","processing_status":"pending"},',
    '"user_id":"user_"}}{"event":"thought.created","timestamp":"2026-01-01T00:00:00.000Z","data":{"thought":{"id":"thought_',
  ].join(''),
);

/** A text as it is stored: its UTF-8 bytes, compressed, as a write is billed by the KiB. */
export const pack = (text: string): Uint8Array => deflateRawSync(text, { dictionary: DICTIONARY });

export const unpack = (packed: Uint8Array): string =>
  inflateRawSync(packed, { dictionary: DICTIONARY }).toString();
