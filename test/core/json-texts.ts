import * as fc from 'fast-check';

const whiteSpace = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });

/** A string's JSON text, some of its characters escaped although they need not be. */
const stringText = fc
  .tuple(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', 'a', '\u2028') }),
      fc.constantFrom('2', '1', '__proto__', 'constructor', 'event', 'webhook_id', ''),
    ),
    fc.infiniteStream(fc.boolean()),
  )
  .map(
    ([text, escapes]) =>
      `"${Array.from(text)
        .map((character) =>
          escapes.next().value
            ? [...Array(character.length).keys()]
                .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
                .join('')
            : JSON.stringify(character).slice(1, -1),
        )
        .join('')}"`,
  );

/** A number's JSON text, of more digits than a double holds, too. */
const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
  fc.bigInt().map(String),
  fc.constantFrom('0', '-0', '0.10', '1e400', '-1E-400', '12345678901234567890.12345678901234567890'),
);

const { value, object } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    stringText,
    numberText,
    fc.constantFrom('true', 'false', 'null'),
    tie('object'),
    tie('array'),
  ),
  array: fc
    .tuple(whiteSpace, fc.array(fc.tuple(whiteSpace, tie('value'), whiteSpace), { maxLength: 4 }))
    .map(([empty, items]) => `[${items.length > 0 ? items.map((item) => item.join('')).join(',') : empty}]`),
  object: fc
    .tuple(
      whiteSpace,
      fc.array(
        fc
          .tuple(whiteSpace, stringText, whiteSpace, whiteSpace, tie('value'), whiteSpace)
          .map(([a, name, b, c, item, d]) => `${a}${name}${b}:${c}${item}${d}`),
        { maxLength: 4 },
      ),
    )
    .map(([empty, members]) => `{${members.length > 0 ? members.join(',') : empty}}`),
}));

/** The JSON text of any value, with white space anywhere it may be. */
export const anyJsonText = value;

/** The JSON text of any object, with odd, escaped and repeated names. */
export const anyJsonObjectText = object;

export const anyWhiteSpace = whiteSpace;
