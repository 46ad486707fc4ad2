import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { VECTORS } from './vectors.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;

/** What Python prints, as JSON, when it is given `input`. */
function runPython(code: string, input: unknown): unknown {
  const imports =
    "import json, sys\nsys.path.insert(0, 'packages/receiver-python')\nfrom cathcr_webhooks import *\n";
  const { stdout, stderr } = spawnSync('python3', ['-B', '-W', 'error', '-c', imports + code], {
    input: JSON.stringify(input),
  });
  expect(stderr.toString()).toBe('');
  return JSON.parse(stdout.toString());
}

const VERIFY = `
def outcome(vector):
    body = vector["body"].encode()
    try:
        delivery = verify(
            body,
            vector["headers"],
            vector["secret"],
            scheme=vector["scheme"],
            now=vector["now"],
            tolerance_seconds=vector.get("toleranceSeconds", 300),
        )
        assert delivery.event == json.loads(body)
        return {"id": delivery.id}
    except VerificationError as error:
        return {"code": error.code}

print(json.dumps([outcome(vector) for vector in json.load(sys.stdin)]))
`;

const MISTAKES = `
def kind(*args, **options):
    try:
        verify(*args, **options)
    except Exception as error:
        return [type(error).__name__, str(error)]

print(json.dumps([
    kind({}, {}, "secret"),
    kind(b"", {}, ""),
    kind(b"", {}, []),
    kind(b"", {}, None),
    kind(b"", {}, "secret", scheme="sha1"),
    kind(b"", {}, "secret", tolerance_seconds=0),
    kind(b"", {}, "secret"),
]))
`;

const LAPSE = `
import time
now = [1000.0]
time.monotonic = lambda: now[0]
window = DuplicateWindow()

def take(seconds, verb, token):
    now[0] += seconds
    return getattr(window, verb)("a", token)

print(json.dumps([take(*step) for step in json.load(sys.stdin)]))
`;

const WINDOW = `
window = DuplicateWindow(2)
print(json.dumps([getattr(window, verb)(*args) for verb, *args in json.load(sys.stdin)]))
`;

describe.skipIf(!hasPython)(
  hasPython ? 'cathcr_webhooks.py' : 'cathcr_webhooks.py (skipped: no python3)',
  () => {
    test('says to every vector what the package for Node says', () => {
      const outcomes = runPython(VERIFY, VECTORS) as unknown[];
      expect(VECTORS.map(({ scheme, name }, index) => [scheme, name, outcomes[index]])).toEqual(
        VECTORS.map(({ scheme, name, expect: outcome }) => [scheme, name, outcome]),
      );
    });

    test('tells mistakes of the receiver from requests that are not to be trusted', () => {
      expect(runPython(MISTAKES, null)).toEqual([
        ['TypeError', 'body is not bytes: take the raw body, before anything has parsed it'],
        ['TypeError', 'secret is missing: give the secret of the webhook'],
        ['TypeError', 'secret is missing: give the secret of the webhook'],
        ['TypeError', 'secret is missing: give the secret of the webhook'],
        ['ValueError', 'scheme is standard or cathcr'],
        ['ValueError', 'tolerance_seconds is a number above zero'],
        ['VerificationError', 'there is no webhook-id'],
      ]);
    });

    test('lets a claim run out after five minutes, as its work may never end, and does not let that work release it then', () => {
      const steps = [
        [0, 'claim', 'one', 'claimed'],
        [299, 'claim', 'two', 'busy'],
        [1, 'claim', 'two', 'claimed'],
        [0, 'release', 'one', null],
        [0, 'claim', 'three', 'busy'],
        [0, 'release', 'two', null],
        [0, 'claim', 'three', 'claimed'],
      ];
      expect(
        runPython(
          LAPSE,
          steps.map((step) => step.slice(0, 3)),
        ),
      ).toEqual(steps.map((step) => step[3]));
    });

    test('claims a delivery once, until its work has failed, and forgets the oldest', () => {
      const steps = [
        [['claim', 'a', 'one'], 'claimed'],
        [['claim', 'a', 'two'], 'busy'],
        [['release', 'a', 'one'], null],
        [['claim', 'a', 'two'], 'claimed'],
        [['complete', 'a'], null],
        [['claim', 'a', 'three'], 'taken'],
        ...['b', 'c'].flatMap((id) => [
          [['claim', id, 'one'], 'claimed'],
          [['complete', id], null],
        ]),
        [['claim', 'b', 'two'], 'taken'],
        [['claim', 'a', 'three'], 'claimed'],
      ];
      expect(
        runPython(
          WINDOW,
          steps.map(([step]) => step),
        ),
      ).toEqual(steps.map(([, outcome]) => outcome));
    });
  },
);
