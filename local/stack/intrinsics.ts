/** The functions of a template's language, each given its argument and a way to resolve what is inside it. */
export type Scope = {
  readonly resolve: (value: unknown) => unknown;
  readonly ref: (name: string) => unknown;
  readonly attribute: (logicalId: string, name: string) => string;
  readonly condition: (name: string) => boolean;
  readonly mapping: (map: string, first: string, second: string) => unknown;
};

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

/** The zones of the one region that there is. */
const AVAILABILITY_ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, { ref }) => ref(String(name)),
  Condition: (name, { condition }) => condition(String(name)),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId, ...path] = Array.isArray(argument) ? argument : String(argument).split('.');
    return scope.attribute(String(logicalId), scope.resolve(path.join('.')) as string);
  },
  'Fn::Join': (argument, { resolve }) => {
    const [separator, parts] = resolve(argument) as [string, unknown[]];
    return parts.join(separator);
  },
  'Fn::Sub': (argument, scope) => {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return substitute(text, scope.resolve(variables) as Record<string, unknown>, scope);
  },
  'Fn::Select': (argument, { resolve }) => {
    const [index, list] = resolve(argument) as [number | string, unknown[]];
    if (list[Number(index)] === undefined) throw new Error(`Fn::Select finds nothing at ${index}`);
    return list[Number(index)];
  },
  'Fn::Split': (argument, { resolve }) => {
    const [separator, text] = resolve(argument) as [string, string];
    return text.split(separator);
  },
  'Fn::GetAZs': () => AVAILABILITY_ZONES,
  'Fn::Base64': (argument, { resolve }) => Buffer.from(String(resolve(argument))).toString('base64'),
  'Fn::FindInMap': (argument, { resolve, mapping }) => {
    const [map, first, second] = resolve(argument) as [string, string, string];
    return mapping(map, first, second);
  },
  'Fn::If': (argument, { condition, resolve }) => {
    const [name, whenTrue, whenFalse] = argument as [string, unknown, unknown];
    return resolve(condition(name) ? whenTrue : whenFalse);
  },
  'Fn::Equals': (argument, { resolve }) => {
    const [a, b] = resolve(argument) as [unknown, unknown];
    return String(a) === String(b);
  },
  'Fn::And': (argument, { resolve }) => (resolve(argument) as unknown[]).every(Boolean),
  'Fn::Or': (argument, { resolve }) => (resolve(argument) as unknown[]).some(Boolean),
  'Fn::Not': (argument, { resolve }) => !(resolve(argument) as unknown[])[0],
};

/** The function that an object of one member stands for; none where the object is plain data. */
export function findIntrinsic(value: object): ((scope: Scope) => unknown) | undefined {
  const [[name, argument] = [], ...others] = Object.entries(value);
  if (!name || others.length > 0) return undefined;
  const intrinsic = INTRINSICS[name];
  if (intrinsic) return (scope) => intrinsic(argument, scope);
  if (name.startsWith('Fn::')) throw new Error(`the local runtime does not know the function ${name}`);
  return undefined;
}

/** `${Name}` is a variable, a parameter or a resource, `${Name.Attribute}` an attribute, `${!Text}` is left as `${Text}`. */
function substitute(text: string, variables: Record<string, unknown>, scope: Scope): string {
  return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (name in variables) return String(variables[name]);
    const [logicalId = '', ...path] = name.split('.');
    return String(path.length > 0 ? scope.attribute(logicalId, path.join('.')) : scope.ref(name));
  });
}
