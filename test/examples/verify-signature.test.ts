import { spawnSync } from 'node:child_process';
import crypto, { createHmac } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { verifyWebhookSignature } from '../../examples/express-receiver/verify-signature.js';

const SECRET = 'your_webhook_secret';
const BODY = '{"event":"thought.deleted"}';
const RIGHT = `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`;
const hasPython = spawnSync('python3', ['--version']).status === 0;

const { timingSafeEqual } = crypto;

afterEach(() => {
  crypto.timingSafeEqual = timingSafeEqual;
  syncBuiltinESMExports();
});

const showBytes = ({ buffer, byteOffset, byteLength }: NodeJS.ArrayBufferView) =>
  Buffer.from(buffer, byteOffset, byteLength).toString();

/** Has each comparison in constant time noted: what was compared with what. */
function noteComparisons(): string[] {
  const compared: string[] = [];
  crypto.timingSafeEqual = (a, b) => {
    compared.push([a, b].map(showBytes).join(' '));
    return timingSafeEqual(a, b);
  };
  syncBuiltinESMExports();
  return compared;
}

/** Signatures that are wrong in one place, as they are guessed place by place. */
const anyNearMiss = fc
  .tuple(fc.nat(RIGHT.length - 1), fc.constantFrom('0', '1', '7', 'a', 'f', 'x'))
  .map(([at, put]) => RIGHT.slice(0, at) + put + RIGHT.slice(at + 1))
  .filter((signature) => signature !== RIGHT);

test('a signature is compared in constant time wherever it is wrong, in Node', () => {
  const compared = noteComparisons();
  fc.assert(
    fc.property(anyNearMiss, (signature) => {
      expect(verifyWebhookSignature(BODY, signature, SECRET)).toBe(false);
      expect(compared.pop()).toBe(`${signature} ${RIGHT}`);
    }),
  );
  expect(verifyWebhookSignature(BODY, RIGHT, SECRET)).toBe(true);
  expect(compared).toEqual([`${RIGHT} ${RIGHT}`]);
});

test('what is no signature is refused, whatever it is', () => {
  fc.assert(
    fc.property(fc.option(fc.string({ unit: 'binary', maxLength: 90 }), { nil: undefined }), (signature) => {
      expect(verifyWebhookSignature(BODY, signature, SECRET)).toBe(false);
    }),
  );
});

/** Verifies as the example in Python does, each comparison noted by the way. */
const PYTHON = `
import hmac, json, sys
sys.path.insert(0, 'examples/flask-receiver')
import verify_signature

compared = []
compare_digest = hmac.compare_digest
def note(a, b):
    compared.append([a.decode(), b.decode()])
    return compare_digest(a, b)
hmac.compare_digest = note

signatures = json.load(sys.stdin)
results = [verify_signature.verify_webhook_signature(b'${BODY}', s, '${SECRET}') for s in signatures]
print(json.dumps({'results': results, 'compared': compared}))
`;

test.skipIf(!hasPython)(
  'a signature is compared in constant time in Python (skipped without python3)',
  () => {
    const signatures = [RIGHT, ...fc.sample(anyNearMiss, 50), 'sha256=', 'é', '', null];
    const { stdout } = spawnSync('python3', ['-B', '-c', PYTHON], {
      input: JSON.stringify(signatures),
    });
    const { results, compared } = JSON.parse(stdout.toString());
    expect(results).toEqual(signatures.map((signature) => signature === RIGHT));
    expect(compared).toEqual(signatures.map((signature) => [signature ?? '', RIGHT]));
  },
);
